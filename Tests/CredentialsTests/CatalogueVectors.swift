import Foundation
import OrderedJSON

/// What Hummingbot's own models say of its connectors, recorded by running it.
enum CatalogueVectors {
    /// Every connector of Hummingbot of September 2026 with the description of its fields.
    static let connectors = load("connectors.json")
    /// The config maps that the Hummingbot API of June 2026 answered.
    static let configMaps = load("config-maps.json")

    /// The connectors that are new since those config maps, or have other fields.
    static let changedSince: Set<String> = [
        "kalshi_perpetual", "derive", "derive_testnet", "derive_perpetual", "derive_perpetual_testnet",
    ]

    private static func load(_ file: String) -> JSONObject {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = folder.appendingPathComponent("Vectors/catalogue/\(file)")
        guard let bytes = try? Data(contentsOf: path), let object = try? JSON(parsing: bytes).objectValue else {
            return JSONObject()
        }
        return object
    }
}
