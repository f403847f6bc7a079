import Foundation

/// Runs one target for a number of inputs. An input that ends the process, or that takes half a minute, is left in a file.
public struct FuzzRun {
    /// What came of a run.
    public struct Report: Sendable {
        /// How many inputs were tried.
        public var runs = 0
        /// How many kinds of behaviour they showed.
        public var behaviours = 0
        /// How many inputs were built upon.
        public var pool = 0
        /// The longest attempt, in seconds.
        public var slowest = 0.0
        /// In seconds.
        public var duration = 0.0
        /// Resident memory after a tenth of the inputs, and at the end; in kilobytes.
        public var memory = (early: 0, late: 0)
        /// The property that did not hold, with the file of its input.
        public var failure: (sentence: String, file: String)?

        /// Whether all properties held and the memory kept its size.
        public var isGood: Bool { failure == nil && memory.late - memory.early < FuzzRun.memorySlack }
    }

    /// What the allocator may keep beyond what it kept after the first tenth, in kilobytes.
    public static let memorySlack = 32 * 1024

    /// An attempt that takes longer ends the process with SIGALRM, in seconds.
    private static let patience: UInt32 = 30

    private let target: FuzzTarget
    private let seed: UInt64
    private let folder: String

    /// - Parameters:
    ///   - target: What is tried.
    ///   - seed: The same seed makes the same inputs.
    ///   - folder: Where the input of a failure is left.
    public init(_ target: FuzzTarget, seed: UInt64, failuresIn folder: String) {
        self.target = target
        self.seed = seed
        self.folder = folder
    }

    /// Tries inputs until there were enough, the time is over, or a property did not hold.
    ///
    /// - Parameters:
    ///   - count: How many inputs.
    ///   - seconds: When to end earlier; `nil` for never.
    /// - Returns: How it went; with a failure when a property did not hold.
    /// - Throws: An error of the file system.
    public func run(_ count: Int, seconds: Double? = nil) throws -> Report {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let last = try LastInput(path: "\(folder)/\(target.name).last")
        defer { alarm(0) }
        var mutator = FuzzMutator(corpus: target.corpus, words: target.words, seed: seed)
        var report = Report()
        let begin = DispatchTime.now().uptimeNanoseconds
        var before = begin
        for index in 0..<count {
            // The corpus itself comes first.
            let input = index < target.corpus.count ? target.corpus[index] : mutator.next()
            last.note(input)
            if index % 64 == 0 { alarm(Self.patience) }
            do {
                mutator.keep(input, as: try target.attempt(input))
            } catch {
                let file = "\(folder)/\(target.name)-\(seed)-\(index).bin"
                try Data(input).write(to: URL(filePath: file))
                report.failure = ("\(error)", file)
            }
            report.runs += 1
            let now = DispatchTime.now().uptimeNanoseconds
            report.slowest = max(report.slowest, Double(now - before) / 1e9)
            before = now
            if index == count / 10 { report.memory.early = Self.residentKilobytes }
            if report.failure != nil { break }
            if let seconds, Double(now - begin) / 1e9 > seconds { break }
        }
        report.duration = Double(before - begin) / 1e9
        report.behaviours = mutator.behaviourCount
        report.pool = mutator.poolCount
        report.memory.late = Self.residentKilobytes
        if report.memory.early == 0 { report.memory.early = report.memory.late }
        if report.failure == nil { try FileManager.default.removeItem(atPath: last.path) }
        return report
    }

    /// Resident memory of this process, in kilobytes; 0 where the system does not say.
    private static var residentKilobytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
    }
}

/// The input that is being tried, in a file that outlives the process: memory that is mapped costs no system call.
private final class LastInput {
    private static let byteLimit = 1 << 20
    let path: String
    private let memory: UnsafeMutableRawPointer

    init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(Self.byteLimit)) == 0,
            let memory = mmap(nil, Self.byteLimit, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            memory != MAP_FAILED
        else { throw CocoaError(.fileWriteUnknown) }
        close(descriptor)
        self.memory = memory
    }

    deinit { munmap(memory, Self.byteLimit) }

    /// The number of bytes as eight bytes, little-endian, and then the bytes.
    func note(_ input: [UInt8]) {
        let count = min(input.count, Self.byteLimit - 8)
        memory.storeBytes(of: UInt64(count).littleEndian, as: UInt64.self)
        input.withUnsafeBytes {
            (memory + 8).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: count)
        }
    }
}
