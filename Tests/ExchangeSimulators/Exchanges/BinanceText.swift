/// What Binance says that is the same for everybody, or the same for every account here.
enum BinanceText {
    static let account = """
        {"makerCommission":15,"takerCommission":15,"buyerCommission":0,"sellerCommission":0,\
        "commissionRates":{"maker":"0.00150000","taker":"0.00150000","buyer":"0.00000000","seller":"0.00000000"},\
        "canTrade":true,"canWithdraw":true,"canDeposit":true,"brokered":false,\
        "requireSelfTradePrevention":false,"preventSor":false,"updateTime":1700000000000,"accountType":"SPOT",\
        "balances":[{"asset":"BTC","free":"0.50000000","locked":"0.00000000"},\
        {"asset":"USDT","free":"1000.00000000","locked":"25.00000000"}],"permissions":["SPOT"],"uid":UID}
        """

    static let futuresAccount = """
        {"feeTier":0,"canTrade":true,"canDeposit":true,"canWithdraw":true,"updateTime":0,"multiAssetsMargin":false,\
        "totalInitialMargin":"0.00000000","totalMaintMargin":"0.00000000","totalWalletBalance":"1000.00000000",\
        "totalUnrealizedProfit":"0.00000000","totalMarginBalance":"1000.00000000",\
        "totalPositionInitialMargin":"0.00000000","totalOpenOrderInitialMargin":"0.00000000",\
        "totalCrossWalletBalance":"1000.00000000","totalCrossUnPnl":"0.00000000",\
        "availableBalance":"1000.00000000","maxWithdrawAmount":"1000.00000000","assets":[{"asset":"USDT",\
        "walletBalance":"1000.00000000","unrealizedProfit":"0.00000000","marginBalance":"1000.00000000",\
        "maintMargin":"0.00000000","initialMargin":"0.00000000","positionInitialMargin":"0.00000000",\
        "openOrderInitialMargin":"0.00000000","crossWalletBalance":"1000.00000000","crossUnPnl":"0.00000000",\
        "availableBalance":"1000.00000000","maxWithdrawAmount":"1000.00000000","marginAvailable":true,\
        "updateTime":1700000000000}],"positions":[]}
        """

    static let futuresBalance = """
        [{"accountAlias":"SgsR","asset":"USDT","balance":"1000.00000000","crossWalletBalance":"1000.00000000",\
        "crossUnPnl":"0.00000000","availableBalance":"1000.00000000","maxWithdrawAmount":"1000.00000000",\
        "marginAvailable":true,"updateTime":1700000000000}]
        """

    static let coins = """
        [{"coin":"BTC","name":"Bitcoin","depositAllEnable":true,"withdrawAllEnable":true,"free":"0.5","locked":"0",\
        "freeze":"0","withdrawing":"0","ipoing":"0","ipoable":"0","storage":"0","isLegalMoney":false,"trading":true,\
        "networkList":[]},{"coin":"USDT","name":"TetherUS","depositAllEnable":true,"withdrawAllEnable":true,\
        "free":"1000","locked":"25","freeze":"0","withdrawing":"0","ipoing":"0","ipoable":"0","storage":"0",\
        "isLegalMoney":false,"trading":true,"networkList":[]}]
        """

    static let exchangeInfo = """
        {"timezone":"UTC","serverTime":1700000000000,"rateLimits":[],"exchangeFilters":[],"symbols":[{\
        "symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT",\
        "quotePrecision":8,"quoteAssetPrecision":8,"orderTypes":["LIMIT","MARKET"],"icebergAllowed":true,\
        "isSpotTradingAllowed":true,"isMarginTradingAllowed":false,"filters":[{"filterType":"PRICE_FILTER",\
        "minPrice":"0.01","maxPrice":"1000000","tickSize":"0.01"},{"filterType":"LOT_SIZE","minQty":"0.00001",\
        "maxQty":"9000","stepSize":"0.00001"}],"permissions":["SPOT"],"permissionSets":[["SPOT"]]}]}
        """

    static let futuresExchangeInfo = """
        {"timezone":"UTC","serverTime":1700000000000,"futuresType":"U_MARGINED","rateLimits":[],\
        "exchangeFilters":[],"assets":[],"symbols":[{"symbol":"BTCUSDT","pair":"BTCUSDT",\
        "contractType":"PERPETUAL","deliveryDate":4133404800000,"onboardDate":1569398400000,"status":"TRADING",\
        "maintMarginPercent":"2.5","requiredMarginPercent":"5","baseAsset":"BTC","quoteAsset":"USDT",\
        "marginAsset":"USDT","pricePrecision":2,"quantityPrecision":3,"baseAssetPrecision":8,"quotePrecision":8,\
        "underlyingType":"COIN","filters":[{"filterType":"PRICE_FILTER","minPrice":"0.1","maxPrice":"1000000",\
        "tickSize":"0.1"},{"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"1000","stepSize":"0.001"}],\
        "orderTypes":["LIMIT","MARKET"],"timeInForce":["GTC","IOC"]}]}
        """
}
