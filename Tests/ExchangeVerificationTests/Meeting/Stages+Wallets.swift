import ExchangeSimulators
import ExchangeVerification
import Foundation
import OrderedJSON
import WalletKeys

// The chains and exchanges that know wallets instead of keys.
extension Stages {
    static let wallets: [Stage] = decibel + dexalot + dydx + injective + lighter + pacifica + xrpl

    // MARK: Hyperliquid

    static let hyperliquid: [Stage] = [
        ("hyperliquid", ExchangeHost.hyperliquid), ("hyperliquid_perpetual", .hyperliquid),
        ("hyperliquid_testnet", .hyperliquidTestnet), ("hyperliquid_perpetual_testnet", .hyperliquidTestnet),
    ].map { connector, host in
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transferOut], expires: inAYear)
        let agent = SimulatedWallet(address: TestCredential.address, role: .agent, master: otherWallet)
        let master = SimulatedWallet(
            address: otherWallet, role: .user,
            agents: [.init(name: "bot", address: TestCredential.address, validUntil: inAYear)], accountValue: "1000")
        let vault = "0x00000000000000000000000000000000000000aa"
        let (mode, address, privateKey) = ("\(connector)_mode", "\(connector)_address", "\(connector)_secret_key")
        let ownKey = Ending.valid(nil, "can do everything")
        @Sendable func ownWallet(_ setting: inout Setting) {
            setting.fields[mode] = "arb_wallet"
            setting.fields[address] = .string(TestCredential.address)
            setting.wallets = [SimulatedWallet(address: TestCredential.address, role: .user, accountValue: "1000")]
        }
        @Sendable func end(_ setting: inout Setting, at time: Date) {
            setting.wallets[1].agents = [.init(name: "bot", address: TestCredential.address, validUntil: time)]
        }
        @Sendable func enterVault(_ setting: inout Setting, as role: SimulatedWallet.Role, of owner: String) {
            setting.fields["use_vault"] = "yes"
            setting.fields[address] = .string(vault)
            setting.wallets.append(SimulatedWallet(address: vault, role: role, master: owner))
        }
        return Stage(
            connector: connector,
            setting: Setting(
                host: host, fields: [mode: "api_wallet", "use_vault": "no", address: .string(otherWallet)],
                wallets: [agent, master]),
            good: .valid(rights),
            scenes: [
                Scene("a wallet's own key", ownKey, change: ownWallet),
                Scene("a wallet that was never used", .valid(nil, "can do everything", "never seen")) {
                    ownWallet(&$0)
                    $0.wallets = []
                },
                Scene("another wallet's private key", .rejected(.wrongAddress)) {
                    ownWallet(&$0)
                    $0.fields[address] = .string(otherWallet)
                },
                Scene("an API wallet's key as a wallet's own", .rejected(.wrongAddress).advising("api_wallet")) {
                    $0.fields[mode] = "arb_wallet"
                },
                Scene("an API wallet of another account", .rejected(.wrongAddress)) {
                    $0.wallets[0].master = "0x00000000000000000000000000000000000000bb"
                },
                Scene(
                    "an API wallet that nobody approved on this network", .rejected(.wrongKey, .wrongEnvironment)
                ) { $0.wallets = [] },
                Scene("an API wallet that is not listed", .valid(rights.with(\.expires, nil))) {
                    $0.wallets[1].agents = nil
                },
                Scene(
                    "an API wallet that ends in ten days",
                    .valid(
                        rights.with(\.expires, UnixTime(seconds: Int(inTenDays.timeIntervalSince1970))), "in 10 days")
                ) { end(&$0, at: inTenDays) },
                Scene(
                    "an API wallet that ended yesterday",
                    .rejected(.expired).telling(
                        rights.with(\.expires, UnixTime(seconds: Int(yesterday.timeIntervalSince1970))))
                ) { end(&$0, at: yesterday) },
                Scene("a vault", .valid(rights)) { enterVault(&$0, as: .vault, of: otherWallet) },
                Scene("a sub-account", .valid(rights)) { enterVault(&$0, as: .subAccount, of: otherWallet) },
                Scene("another's vault", .rejected(.wrongAddress)) {
                    enterVault(&$0, as: .vault, of: "0x00000000000000000000000000000000000000bb")
                },
                Scene("another's sub-account", .rejected(.wrongAddress)) {
                    enterVault(&$0, as: .subAccount, of: "0x00000000000000000000000000000000000000bb")
                },
                Scene("a vault that is none", .rejected(.wrongAddress)) {
                    enterVault(&$0, as: .user, of: otherWallet)
                },
                entered(
                    "a private key in the field of the address", [address: .string(TestCredential.privateKey)],
                    .rejected(.wrongAddress).offline.advising("private key")),
                entered(
                    "an address in the field of the private key", [privateKey: .string(otherWallet)],
                    .rejected(.wrongSecret).offline.advising("address")),
                entered(
                    "a private key that is none", [privateKey: "0x1234"], .rejected(.wrongSecret).offline),
            ])
    }

    // MARK: Aptos, Avalanche, dYdX

    private static let decibel: [Stage] = [
        ("decibel_perpetual", ExchangeHost.decibel), ("decibel_perpetual_testnet", .decibelTestnet),
    ].map { connector, host in
        let main = SimulatedWallet(
            address: "0x" + String(repeating: "ab", count: 32), role: .user, accountValue: "1000")
        let privateKey = TestWallets.values["\(connector)_api_wallet_private_key"] ?? ""
        let wallet = SimulatedWallet(
            address: (try? Ed25519PrivateKey(aptos: privateKey))?.aptosAddress ?? "", role: .agent)
        let good = Ending.inconclusive(.notProvable).warning("Not proven").advising(wallet.address)
        let refused = Ending.rejected(.wrongKey, .wrongEnvironment)
        return Stage(
            connector: connector, setting: Setting(host: host, keys: [key()], wallets: [main, wallet]), good: good,
            scenes: [
                unknown(refused), expired(refused), address(refused), suspended(refused),
                Scene("a main wallet that Decibel does not know", .rejected(.wrongAddress, .wrongEnvironment)) {
                    $0.wallets = [wallet]
                },
                Scene("an API wallet that was never used", good.warning("Not proven", "not been seen")) {
                    $0.wallets = [main]
                },
                entered(
                    "a private key in the field of the address",
                    ["\(connector)_main_wallet_public_key": .string(privateKey)],
                    .rejected(.wrongAddress).offline.advising("secret")),
                entered(
                    "a private key that is none", ["\(connector)_api_wallet_private_key": "0x1234"],
                    .rejected(.wrongSecret).offline),
                entered(
                    "a private key of another curve",
                    ["\(connector)_api_wallet_private_key": .string("secp256k1-priv-" + TestCredential.privateKey)],
                    .rejected(.unusableByHummingbot).offline),
            ])
    }

    private static let dexalot: [Stage] = [
        ("dexalot", ExchangeHost.dexalot), ("dexalot_testnet", .dexalotTestnet),
    ].map { connector, host in
        let wallet = SimulatedWallet(address: TestCredential.address, role: .user)
        let refused = Ending.rejected(.wrongKey, .wrongEnvironment)
        return Stage(
            connector: connector, setting: Setting(host: host, wallets: [wallet]),
            good: .valid(nil, "can do everything"),
            scenes: [
                Scene("a wallet that Dexalot does not serve", refused) { $0.wallet.refusedWith = "403" },
                Scene("a wallet that Dexalot does not know", refused) { $0.wallet.refusedWith = "401" },
                entered(
                    "another wallet's address", ["\(connector)_api_key": .string(otherWallet)],
                    .rejected(.wrongAddress).offline.advising("0x14791697260E4c9A71f18484C9f997B308e59325")),
                entered(
                    "a private key in the field of the address",
                    ["\(connector)_api_key": .string(TestCredential.privateKey)],
                    .rejected(.wrongAddress).offline.advising("private key")),
                entered(
                    "an address in the field of the private key",
                    ["\(connector)_api_secret": .string(TestCredential.address)],
                    .rejected(.wrongSecret).offline.advising("address")),
            ])
    }

    private static let dydx: [Stage] = {
        let phrase = "dydx_v4_perpetual_secret_phrase", address = "dydx_v4_perpetual_chain_address"
        return [
            Stage(
                connector: "dydx_v4_perpetual",
                setting: Setting(
                    host: .dydx,
                    wallets: [SimulatedWallet(address: TestWallets.dydxAddress, role: .user, accountValue: "1000")]),
                good: .valid(nil, "can do everything"),
                troubles: Troubles(regionBlocked: .inconclusive(.regionBlocked)),
                scenes: [
                    Scene("a wallet that was never used", .valid(nil, "can do everything", "never seen")) {
                        $0.wallets = []
                    },
                    entered(
                        "another wallet's address", [address: "dydx14zzueazeh0hj67cghhf9jypslcf9sh2n5k6art"],
                        .rejected(.wrongAddress).offline.advising(TestWallets.dydxAddress)),
                    entered(
                        "the address in capitals", [address: .string(TestWallets.dydxAddress.uppercased())],
                        .valid(nil, "can do everything")),
                    entered(
                        "an address with a wrong letter", [address: .string(TestWallets.dydxAddress.dropLast() + "q")],
                        .rejected(.wrongAddress).offline.advising("checksum")),
                    entered(
                        "an address of another chain", [address: .string(TestWallets.injectiveAddress)],
                        .rejected(.wrongAddress).offline.advising("another chain")),
                    entered(
                        "a word that is none",
                        [phrase: .string(TestWallets.phrase.replacingOccurrences(of: "about", with: "abuot"))],
                        .rejected(.wrongSecret).offline.advising("Word 12")),
                    entered(
                        "a wrong last word",
                        [phrase: .string(TestWallets.phrase.replacingOccurrences(of: "about", with: "abandon"))],
                        .rejected(.wrongSecret).offline.advising("checksum")),
                    entered(
                        "a private key in the field of the phrase", [phrase: .string(TestCredential.privateKey)],
                        .rejected(.wrongSecret).offline.advising("private key")),
                    entered(
                        "a phrase in the field of the address", [address: .string(TestWallets.phrase)],
                        .rejected(.wrongAddress).offline.advising("secret phrase")),
                ])
        ]
    }()

    // MARK: Injective

    private static let injective: [Stage] = [("injective_v2", true), ("injective_v2_perpetual", false)].map {
        connector, isSpot in
        let grantee =
            (try? EthereumPrivateKey(hex: TestCredential.privateKey))?.address.injective.description ?? ""
        let granter = TestWallets.injectiveAddress
        let agent = SimulatedWallet.Agent(name: "bot", address: grantee, validUntil: inAYear)
        let granted = SimulatedWallet(address: granter, role: .user, agents: [agent], accountValue: "1000")
        let trader = SimulatedWallet(address: grantee, role: .user)
        let rights = KeyRights.told(
            [.read, .spot, .derivatives], not: [.withdraw, .transfer, .transferOut],
            expires: Date(timeIntervalSince1970: inAYear.timeIntervalSince1970))
        let nothing = Ending.rejected(.missingRight, .wrongKey, .wrongEnvironment).advising(grantee)
        @Sendable func account(_ privateKey: String = TestCredential.privateKey, granter: String) -> JSON {
            [
                "private_key": .string(privateKey), "subaccount_index": 0, "granter_address": .string(granter),
                "granter_subaccount_index": 0,
            ]
        }
        let messages = "/injective.exchange.v1beta1."
        return Stage(
            connector: connector, setting: Setting(host: .injective, wallets: [granted, trader]), good: .valid(rights),
            scenes: [
                Scene("a wallet that was never used", .valid(rights, "never been used")) { $0.wallets = [granted] },
                Scene("nothing granted", nothing) { $0.wallet.agents = nil },
                Scene("a grant that ended yesterday", nothing) { $0.agent.validUntil = yesterday },
                Scene(
                    "a grant that ends in ten days",
                    .valid(
                        rights.with(\.expires, UnixTime(seconds: Int(inTenDays.timeIntervalSince1970))), "in 10 days")
                ) { $0.agent.validUntil = inTenDays },
                Scene(
                    "a grant of the other market alone",
                    .valid(
                        (isSpot ? rights.but(not: [.spot]) : rights.but(not: [.derivatives])).with(\.expires, nil),
                        isSpot ? "may not trade spot" : "may not trade futures")
                ) {
                    $0.agent.permissions = [
                        messages + (isSpot ? "MsgCreateDerivativeLimitOrder" : "MsgCreateSpotLimitOrder")
                    ]
                },
                Scene(
                    "a grant to send funds away",
                    .rejected(.tooMuchPower).telling(rights.but(.withdraw)).warning("may withdraw")
                ) {
                    $0.agent.permissions = [messages + "MsgBatchUpdateOrders", "/cosmos.bank.v1beta1.MsgSend"]
                },
                Scene(
                    "a grant to pay contracts",
                    .rejected(.tooMuchPower).telling(rights.but(.transfer, .transferOut)).warning("may send funds")
                ) {
                    $0.agent.permissions = [
                        messages + "MsgBatchUpdateOrders", "/cosmwasm.wasm.v1.MsgExecuteContract",
                    ]
                },
                Scene(
                    "a grant of a message that nobody knows here",
                    .inconclusive(.rightsUnknown).telling(
                        .told([.read, .spot, .derivatives], not: [], expires: inAYear)
                    ).advising("MsgBatchUpdateOrders")
                ) {
                    $0.agent.permissions = [
                        messages + "MsgBatchUpdateOrders", "/injective.tokenfactory.v1beta1.MsgMint",
                    ]
                },
                Scene("the test network", .valid(rights)) {
                    $0.host = .injectiveTestnet
                    $0.fields["network"] = ["testnet_node": "lb"]
                },
                entered(
                    "the key of the wallet with the funds",
                    ["account_type": account(granter: grantee)], .valid(nil, "can do everything")),
                entered(
                    "an address with a wrong letter",
                    ["account_type": account(granter: String(granter.dropLast() + "q"))],
                    .rejected(.wrongAddress).offline.advising("checksum")),
                entered(
                    "an Ethereum address", ["account_type": account(granter: otherWallet)],
                    .rejected(.wrongAddress).offline.advising("Ethereum")),
                entered(
                    "a phrase with a wrong word",
                    [
                        "account_type": account(
                            TestWallets.phrase.replacingOccurrences(of: "about", with: "abuot"), granter: granter)
                    ], .rejected(.wrongSecret).offline.advising("Word 12")),
                entered(
                    "an address in the field of the private key",
                    ["account_type": account(granter, granter: granter)], .rejected(.wrongSecret).offline),
                entered("a read-only account", ["account_type": [:]], .inconclusive(.notProvable).offline),
            ])
    }

    // MARK: Lighter, Pacifica

    private static let lighter: [Stage] = [
        ("lighter", ExchangeHost.lighter), ("lighter_perpetual", .lighter), ("lighter_testnet", .lighterTestnet),
        ("lighter_perpetual_testnet", .lighterTestnet),
    ].map { connector, host in
        let slot = SimulatedWallet.Agent(
            name: "bot", address: String(repeating: "1f", count: 40), validUntil: inAYear, slot: 3)
        let wallet = SimulatedWallet(
            address: TestCredential.address, role: .user, agents: [slot], accountValue: "1000", subaccounts: [42, 43])
        let good = Ending.inconclusive(.notProvable).warning("Not proven").advising("index 3")
        let account = "\(connector)_account_index"
        let hasAccount = !connector.contains("perpetual")
        return Stage(
            connector: connector, setting: Setting(host: host, wallets: [wallet]), good: good,
            scenes: [
                Scene("a wallet that Lighter does not know", .rejected(.wrongAddress, .wrongEnvironment)) {
                    $0.wallets = []
                },
                Scene("an index without a key", .rejected(.wrongKey).advising("index 3")) {
                    $0.wallet.agents = [.init(name: "bot", address: "1f", validUntil: inAYear, slot: 4)]
                },
                Scene("a wallet without keys", .rejected(.wrongKey)) { $0.wallet.agents = nil },
                entered(
                    "the wallet's own private key",
                    ["\(connector)_api_private_key": .string(TestCredential.privateKey)],
                    .rejected(.wrongSecret).offline.advising("can do everything")),
                entered(
                    "a private key of another length", ["\(connector)_api_private_key": "0x1234"],
                    .rejected(.wrongSecret).offline),
                entered(
                    "a private key in the field of the address",
                    ["\(connector)_l1_address": .string(TestCredential.privateKey)],
                    .rejected(.wrongAddress).offline.advising("private key")),
            ]
                + (hasAccount
                    ? [
                        entered("one of the wallet's other accounts", [account: "43"], good),
                        entered("another's account", [account: "99"], .rejected(.wrongAccount)),
                    ] : []))
    }

    private static let pacifica: [Stage] = [
        ("pacifica_perpetual", ExchangeHost.pacifica), ("pacifica_perpetual_testnet", .pacificaTestnet),
    ].map { connector, host in
        let user = TestWallets.values["\(connector)_user_wallet_public_key"] ?? ""
        let agent = TestWallets.values["\(connector)_agent_wallet_public_key"] ?? ""
        let privateKey = TestWallets.values["\(connector)_agent_wallet_private_key"] ?? ""
        let wallet = SimulatedWallet(
            address: user, role: .user, agents: [.init(name: "bot", address: agent, validUntil: inAYear)],
            accountValue: "1000")
        let unbound = Ending.rejected(.wrongKey, .wrongEnvironment)
        /// One word for a region and for what the key may not.
        let forbidden = Ending.inconclusive(.regionBlocked, .missingRight)
        return Stage(
            connector: connector, setting: Setting(host: host, wallets: [wallet]), good: .valid(),
            troubles: Troubles(regionBlocked: forbidden),
            clock: .init(path: "/api/v1/info", untold: .inconclusive(.clockSkew, .exchangeUnavailable)),
            scenes: [
                Scene("an agent that is bound to nobody", unbound) { $0.wallet.agents = nil },
                Scene("an agent that ended yesterday", unbound) { $0.agent.validUntil = yesterday },
                Scene("a wallet that Pacifica does not know", unbound) { $0.wallets = [] },
                Scene("an address that is not on the agent's list", forbidden) {
                    $0.agent.ipAllowList = [otherAddress]
                },
                Scene("a signature that Pacifica does not take", unbound) { $0.wallet.refusedWith = "401" },
                Scene("a signer that Pacifica does not take", unbound) { $0.wallet.refusedWith = "402" },
                Scene("the wallet's own key", .valid(nil, "can do everything")) {
                    $0.fields["\(connector)_user_wallet_public_key"] = .string(agent)
                    $0.wallets = [SimulatedWallet(address: agent, role: .user)]
                },
                entered(
                    "another agent's address", ["\(connector)_agent_wallet_public_key": .string(user)],
                    .rejected(.wrongAddress).offline.advising(agent)),
                entered(
                    "a private key in the field of an address",
                    ["\(connector)_user_wallet_public_key": .string(privateKey)],
                    .rejected(.wrongAddress).offline.advising("private key")),
                entered(
                    "an address in the field of the private key",
                    ["\(connector)_agent_wallet_private_key": .string(agent)], .rejected(.wrongSecret).offline),
            ])
    }

    // MARK: The XRP Ledger

    private static let xrpl: [Stage] = {
        let address = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
        let field = "xrpl_secret_key"
        let everything = "can do everything"
        let rawKey = "ed" + String(repeating: "0a", count: 32)
        let rawAddress = (try? RippleKey(rawKey))?.address ?? ""
        return [
            Stage(
                connector: "xrpl",
                setting: Setting(host: .xrpl, wallets: [SimulatedWallet(address: address, role: .user)]),
                good: .valid(nil, everything, address),
                scenes: [
                    Scene("an account that is not active", .valid(nil, everything, "not active")) { $0.wallets = [] },
                    Scene("an account whose first key is switched off", .rejected(.missingRight)) {
                        $0.wallet.isMasterDisabled = true
                        $0.wallet.regularKey = "rJrRMgiRgrU6hDF4pgu5DXQdWyPbY35ErN"
                    },
                    entered(
                        "a seed with a wrong letter", [field: "snoPBrXtMeMyMHUVTgbuqAfg1SUTc"],
                        .rejected(.wrongSecret).offline.advising("checksum")),
                    entered(
                        "an address in the field of the seed", [field: .string(address)],
                        .rejected(.wrongSecret).offline.advising("address")),
                    entered(
                        "a phrase in the field of the seed", [field: .string(TestWallets.phrase)],
                        .rejected(.wrongSecret).offline.advising("secret phrases")),
                    entered(
                        "a raw key, from which Hummingbot derives a wrong address",
                        [field: "001ACAAEDECE405B2A958212629E16F2EB46B153EEE94CDD350FDEFF52795525B7"],
                        .rejected(.unusableByHummingbot).offline.advising(address)),
                    Scene("a raw key of Ed25519 in small letters", .valid(nil, everything, rawAddress)) {
                        $0.fields[field] = .string(rawKey)
                        $0.wallets = [SimulatedWallet(address: rawAddress, role: .user)]
                    },
                    entered(
                        "a test network's nodes", ["wss_node_urls": ["wss://s.altnet.rippletest.net:51233"]],
                        .inconclusive(.notProvable).offline.warning("Not proven").advising(address)),
                ])
        ]
    }()
}
