/// The members of a JSON object, in order, each name once.
public struct JSONObject: Sendable, Equatable {
    /// One name with its value.
    public struct Member: Sendable, Equatable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: JSON
    }

    /// The members, in order.
    public private(set) var members: [Member] = []
    /// Where each name stands; kept only once linear search would be slow.
    private var positions: [String: Int] = [:]
    private static let indexedFrom = 12

    /// An object without members.
    public init() {}

    /// The members of `pairs`; a name that comes again replaces the earlier value and keeps its place.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        for (name, value) in pairs { self[name] = value }
    }

    /// The value of a member. Setting `nil` removes the member; setting a new name appends it.
    public subscript(_ name: String) -> JSON? {
        get { position(of: name).map { members[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                reindex()
            case (nil, let value?):
                members.append(Member(name: name, value: value))
                if members.count == Self.indexedFrom {
                    reindex()
                } else if members.count > Self.indexedFrom {
                    positions[name] = members.count - 1
                }
            case (nil, nil): break
            }
        }
    }

    /// The names, in order.
    public var names: [String] { members.map(\.name) }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// Two objects are equal when they hold the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

    private func position(of name: String) -> Int? {
        members.count < Self.indexedFrom ? members.firstIndex { $0.name == name } : positions[name]
    }

    private mutating func reindex() {
        positions = [:]
        guard members.count >= Self.indexedFrom else { return }
        for (position, member) in members.enumerated() { positions[member.name] = position }
    }
}

extension JSONObject: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How many members there are, never their content.
    public var description: String { "<JSON object of \(members.count)>" }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// A mirror without children, so that dumping an object shows no content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension JSONObject.Member: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name and the kind of value, never its content.
    public var description: String { "\(name): \(value)" }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// A mirror without children, so that dumping a member shows no content.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The given pairs, in order.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
