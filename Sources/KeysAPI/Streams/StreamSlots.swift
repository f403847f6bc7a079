import Synchronization

/// Bounds how many answers are open at once that go on for as long as there is something to tell.
final class StreamSlots: Sendable {
    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// Room for one answer, which becomes free when nobody holds on to it any more, whether the answer was sent or not.
    final class Slot: Sendable {
        private let slots: StreamSlots

        fileprivate init(_ slots: StreamSlots) { self.slots = slots }

        deinit { slots.taken.withLock { $0 -= 1 } }
    }

    /// - Throws: ``APIError`` 503 when there are too many.
    func take() throws(APIError) -> Slot {
        let hasRoom = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard hasRoom else { throw .tooManyStreams }
        return Slot(self)
    }
}
