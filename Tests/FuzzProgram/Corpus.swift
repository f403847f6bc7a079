import Foundation

/// The inputs to start from: one folder for each target, one file for each input.
struct Corpus {
    let folder: String

    /// The files of one folder in the order of their names.
    ///
    /// - Throws: An error of the file system; a corpus that is not there would make a campaign worthless.
    func inputs(_ name: String) throws -> [[UInt8]] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").sorted().map { file in
            Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)/\(file)")))
        }
    }
}
