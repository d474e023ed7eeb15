namespace UniRep.IO

open System
open System.IO
open System.Text
open UniRep

/// Texts written so far, on disk, and how NumPy can hold them.
[<Sealed>]
type internal TextSpool(place: OutputPlace, name: string) =
    /// A text of more characters is never padded to; others are while they waste less than this.
    static let longestPadded = 65_536
    static let freeBytes = 64L <<< 20
    static let mostWaste = 8L

    let spool = place.Spool name
    let mutable count = 0L
    let mutable longest = 1
    let mutable characters = 0L
    let mutable bytes = 0L
    let mutable endsWithNul = false

    let each (action: byte[] -> unit) =
        use reader = new BinaryReader(spool.Rewind(), Encoding.UTF8, true)

        for _ in 1L .. count do
            reader.ReadBytes(reader.ReadInt32()) |> action

    member _.Add(text: string) =
        let utf8 = Encoding.UTF8.GetBytes text
        let length = Encoding.UTF32.GetByteCount text / 4
        spool.Write(ReadOnlySpan(BitConverter.GetBytes utf8.Length))
        spool.Write(ReadOnlySpan utf8)
        count <- count + 1L
        longest <- max longest length
        characters <- characters + int64 length
        bytes <- bytes + int64 utf8.Length
        endsWithNul <- endsWithNul || text.EndsWith '\000'

    member _.Count = count

    /// The characters of the longest text.
    member _.Longest = longest

    member _.Each(action: string -> unit) =
        each (Encoding.UTF8.GetString >> action)

    /// Whether NumPy's texts of one width hold all of these, without taking many times their room. NumPy takes a zero at
    /// the end for padding.
    member _.FitsOneWidth =
        let padded = 4L * int64 longest * count

        longest <= longestPadded
        && not endsWithNul
        && (padded <= freeBytes || padded <= mostWaste * 4L * characters)

    /// NumPy's type of these texts: that many characters of four bytes each.
    member _.Descr = $"<U{longest}"

    /// Writes the texts as NumPy keeps them: UTF-32, padded with zeros.
    member this.WriteUtf32(target: Stream) =
        let row = Array.zeroCreate<byte>(4 * longest)

        this.Each(fun text ->
            Array.Clear row
            Encoding.UTF32.GetBytes(text, 0, text.Length, row, 0) |> ignore
            target.Write(row, 0, row.Length))

    /// The bytes of all texts together.
    member _.Utf8Length = bytes

    /// Writes the texts as UTF-8, one after another.
    member _.WriteUtf8(target: Stream) =
        each (fun bytes -> target.Write(bytes, 0, bytes.Length))

    /// Writes where in these bytes each text begins, and where the last one ends.
    member _.WriteOffsets(target: Stream) =
        let mutable offset = 0L
        target.Write(ReadOnlySpan(BitConverter.GetBytes offset))

        each (fun bytes ->
            offset <- offset + int64 bytes.Length
            target.Write(ReadOnlySpan(BitConverter.GetBytes offset)))
