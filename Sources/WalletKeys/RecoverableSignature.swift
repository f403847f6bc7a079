/// A signature on secp256k1 that tells whose it is.
public struct RecoverableSignature: Hashable, Sendable {
    /// 32 bytes, big-endian.
    public let r: [UInt8]
    /// 32 bytes, big-endian, in the lower half of the order.
    public let s: [UInt8]
    /// 0 to 3; Ethereum writes it as `v`, 27 more.
    public let recoveryID: UInt8

    /// As Ethereum's wallets write it: `0x` and the hex of `r`, `s` and `v`, 65 bytes.
    public var ethereumText: String { "0x" + HexText.text(r + s + [recoveryID + 27]) }
}
