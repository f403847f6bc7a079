import Synchronization

/// Bounds how much of a kind goes on at once, such as answers that go on for as long as there is something to tell.
final class Slots: Sendable {
    private let limit: Int
    private let refusal: APIError
    private let taken = Mutex(0)

    /// - Parameters:
    ///   - limit: How much.
    ///   - refusal: What one too many is answered.
    init(limit: Int, refusal: APIError) {
        self.limit = limit
        self.refusal = refusal
    }

    /// Room for one, which becomes free at the latest when nobody holds on to it any more, whatever became of the answer.
    final class Slot: Sendable {
        private let slots: Slots
        private let isTaken = Mutex(true)

        fileprivate init(_ slots: Slots) { self.slots = slots }

        deinit { free() }

        /// Makes room before the holder lets go of it.
        func free() {
            let wasTaken = isTaken.withLock { isTaken in
                defer { isTaken = false }
                return isTaken
            }
            if wasTaken { slots.taken.withLock { $0 -= 1 } }
        }
    }

    /// - Throws: The refusal, when there is no room.
    func take() throws(APIError) -> Slot {
        let hasRoom = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard hasRoom else { throw refusal }
        return Slot(self)
    }
}
