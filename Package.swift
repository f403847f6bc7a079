// swift-tools-version: 6.2
import PackageDescription

// Where the checks of a change run, a warning is an error; a user's newer compiler may warn without harm.
let strictness: [SwiftSetting] =
    Context.environment["KEYS_MANAGER_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    strictness + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]

let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "keys-manager",
    products: [.executable(name: "keys-manager", targets: ["KeysCLI"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
    ],
    targets: [
        // Bottom: words and formats.
        .target(name: "OrderedJSON", swiftSettings: settings),
        .target(name: "Digests", swiftSettings: settings),
        .target(name: "Credentials", dependencies: ["OrderedJSON"], swiftSettings: settings),
        .target(
            name: "EthereumKeyfile", dependencies: ["Digests", "OrderedJSON", crypto, cryptoExtras],
            swiftSettings: settings + [.strictMemorySafety()]),
        .systemLibrary(
            name: "CSecp256k1", path: "Sources/CSecp256k1", pkgConfig: "libsecp256k1",
            providers: [.apt(["libsecp256k1-dev"]), .brew(["secp256k1"])]),
        .target(
            name: "WalletKeys", dependencies: ["CSecp256k1", "Digests", crypto, cryptoExtras], swiftSettings: settings),
        // Middle: the probes.
        .target(
            name: "ExchangeVerification",
            dependencies: [
                "Credentials", "OrderedJSON", "WalletKeys", asyncHTTPClient, crypto, cryptoExtras, nioCore, nioHTTP1,
                nioSSL,
            ], swiftSettings: settings),
        // Middle: the vault and the use cases.
        .target(name: "CLinux"),
        .target(
            name: "CredentialVault",
            dependencies: ["CLinux", "Credentials", "EthereumKeyfile", "OrderedJSON", crypto, nioPosix, yams],
            swiftSettings: settings),
        .target(
            name: "KeyManagement",
            dependencies: [
                "Credentials", "CredentialVault", "EthereumKeyfile", "ExchangeVerification", "OrderedJSON", logging,
            ], swiftSettings: settings),
        // Doors.
        .target(name: "KeysWeb", resources: [.embedInCode("Assets")], swiftSettings: settings),
        .target(
            name: "KeysAPI",
            dependencies: [
                "Credentials", "CredentialVault", "ExchangeVerification", "KeyManagement", "KeysWeb", "OrderedJSON",
                crypto, httpTypes, hummingbird, hummingbirdCore, logging, nioCore, nioHTTPTypes, serviceLifecycle,
                unixSignals,
            ], swiftSettings: settings),
        .executableTarget(
            name: "KeysCLI",
            dependencies: [
                "CLinux", "Credentials", "CredentialVault", "ExchangeVerification", "KeyManagement", "KeysAPI",
                "OrderedJSON",
                argumentParser, asyncHTTPClient, hummingbird, hummingbirdTLS, logging, nioCore, nioHTTP1, nioSSL,
            ], swiftSettings: settings),
        // For the benchmarks; no products.
        .executableTarget(
            name: "BareServer", dependencies: [hummingbird], path: "Benchmarks/BareServer", swiftSettings: settings),
        .executableTarget(
            name: "OpenVault",
            dependencies: ["CredentialVault", "Credentials", "KeyManagement", "OrderedJSON", logging],
            path: "Benchmarks/OpenVault", swiftSettings: settings),
        // Tests and what they share.
        .target(
            name: "VaultTesting",
            dependencies: [
                "Credentials", "CredentialVault", "EthereumKeyfile", "ExchangeSimulators", "ExchangeVerification",
                "KeyManagement", "OrderedJSON", logging,
            ],
            path: "Tests/VaultTesting", swiftSettings: settings),
        .target(
            name: "ExchangeSimulators",
            dependencies: [
                "CSecp256k1", "Digests", "OrderedJSON", crypto, cryptoExtras, httpTypes, hummingbird, logging, nioCore,
                nioHTTPTypes, serviceLifecycle,
            ],
            path: "Tests/ExchangeSimulators", swiftSettings: settings),
        .executableTarget(
            name: "exchange-simulator", dependencies: ["ExchangeSimulators"], path: "Tests/ExchangeSimulatorProgram",
            swiftSettings: settings),
        .executableTarget(
            name: "crash-program",
            dependencies: [
                "CredentialVault", "Credentials", "EthereumKeyfile", "KeyManagement", "OrderedJSON", logging,
            ], path: "Tests/CrashProgram", swiftSettings: settings),
        .target(name: "Fuzzing", path: "Tests/Fuzzing", swiftSettings: settings),
        .executableTarget(
            name: "fuzz-program",
            dependencies: ["CredentialVault", "Credentials", "EthereumKeyfile", "Fuzzing", "OrderedJSON"],
            path: "Tests/FuzzProgram", swiftSettings: settings),
        .testTarget(
            name: "ExchangeSimulatorsTests",
            dependencies: [
                "CSecp256k1", "Digests", "ExchangeSimulators", "OrderedJSON", asyncHTTPClient, crypto, cryptoExtras,
                nioCore, nioHTTP1,
            ], swiftSettings: settings),
        .testTarget(name: "OrderedJSONTests", dependencies: ["OrderedJSON"], swiftSettings: settings),
        .testTarget(name: "DigestsTests", dependencies: ["Digests", "OrderedJSON"], swiftSettings: settings),
        .testTarget(
            name: "CredentialsTests", dependencies: ["Credentials", "OrderedJSON"], swiftSettings: settings),
        .testTarget(
            name: "EthereumKeyfileTests", dependencies: ["EthereumKeyfile", "OrderedJSON", crypto, "VaultTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "WalletKeysTests", dependencies: ["WalletKeys", "Digests", "OrderedJSON", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "ExchangeVerificationTests",
            dependencies: [
                "ExchangeVerification", "Credentials", "Digests", "ExchangeSimulators", "OrderedJSON", "WalletKeys",
                crypto, cryptoExtras, nioCore, nioPosix, nioSSL,
            ], swiftSettings: settings),
        .testTarget(
            name: "CredentialVaultTests",
            dependencies: ["CredentialVault", "Credentials", "EthereumKeyfile", "OrderedJSON", "VaultTesting", yams],
            swiftSettings: settings),
        .testTarget(
            name: "KeyManagementTests",
            dependencies: [
                "KeyManagement", "CredentialVault", "Credentials", "ExchangeSimulators", "ExchangeVerification",
                "OrderedJSON", "VaultTesting", crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "KeysAPITests",
            dependencies: [
                "KeysAPI", "KeyManagement", "CredentialVault", "Credentials", "ExchangeSimulators",
                "ExchangeVerification", "Fuzzing", "OrderedJSON", "VaultTesting",
                hummingbird, hummingbirdTesting, httpTypes, logging, nioCore,
                nioEmbedded, nioHTTPTypes, nioPosix, serviceLifecycle,
            ], swiftSettings: settings),
        .testTarget(
            name: "KeysCLITests",
            dependencies: [
                "KeysCLI", "KeysAPI", "KeyManagement", "CredentialVault", "Credentials", "ExchangeSimulators",
                "ExchangeVerification", "Fuzzing", "OrderedJSON", "VaultTesting", argumentParser, httpTypes,
                hummingbird, logging,
                serviceLifecycle,
            ], swiftSettings: settings),
    ]
)
