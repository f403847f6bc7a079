/// The sentences that go with a valid key.
enum Warnings {
    static let noAddressList =
        "The key is not bound to internet addresses: whoever steals it can use it from anywhere. Bind it to this machine's."

    static func expires(_ time: UnixTime, now: UnixTime) -> String {
        let day = 86_400_000
        let days = (time.milliseconds - now.milliseconds + day / 2) / day
        return "The key, or its right to trade, ends on \(time.description.prefix(10)), "
            + (days < 1 ? "within a day." : "in \(days) \(days == 1 ? "day" : "days").")
    }

    static let noSpotTrading =
        "The key may not trade spot, which this connector needs; allow it on the exchange's page."

    static let noDerivativesTrading =
        "The key may not trade futures, which this connector needs; allow it on the exchange's page."

    static func missing(_ right: String) -> String {
        "The key lacks the right \"\(right)\", which Hummingbot needs; allow it on the exchange's page."
    }

    static let mayWithdraw = "The key may withdraw funds. A bot does not need that; take the right away if you can."

    static let mayTransferOut =
        "The key may send funds to other accounts. A bot does not need that; take the right away if you can."

    static let mayTransfer =
        "The key may move funds between your own accounts at the exchange. A bot does not need that."

    static func clock(offsetMilliseconds offset: Int) -> String {
        let tenths = (abs(offset) + 50) / 100
        return "This machine's clock is \(tenths / 10).\(tenths % 10) s \(offset > 0 ? "behind" : "ahead of") the "
            + "exchange's. The check allowed for that; a bot may not, so set the clock."
    }

    static let walletKey =
        "This is the wallet's own private key, which can do everything, withdrawing included. Use the key of an API "
        + "wallet instead."

    static let onlyWalletKey =
        "This is the wallet's own key, which can do everything, withdrawing included, and the exchange knows no lesser "
        + "one. Use a wallet for the bot alone that holds only what it trades with."
}
