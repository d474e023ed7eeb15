namespace UniRep

open System
open System.IO
open System.Text

/// The ids and lengths of the sequences written so far, on disk.
[<Sealed>]
type internal IdSpool(place: OutputPlace) =
    let ids = place.Spool "ids"
    let lengths = place.Spool "lengths"
    let mutable count = 0L
    let mutable longest = 1

    member _.Count = count
    member _.Lengths = lengths

    member _.Add(id: string, length: int) =
        let bytes = Encoding.UTF8.GetBytes id
        ids.Write(ReadOnlySpan(BitConverter.GetBytes bytes.Length))
        ids.Write(ReadOnlySpan bytes)
        lengths.Write(ReadOnlySpan(BitConverter.GetBytes length))
        longest <- max longest (Encoding.UTF32.GetByteCount id / 4)
        count <- count + 1L

    /// NumPy's type of the ids: that many characters of four bytes each.
    member _.Descr = $"<U{longest}"

    member _.Each(action: string -> unit) =
        use reader = new BinaryReader(ids.Rewind(), Encoding.UTF8, true)

        for _ in 1L .. count do
            reader.ReadBytes(reader.ReadInt32()) |> Encoding.UTF8.GetString |> action

    /// The lengths in their order.
    member _.EachLength() =
        seq {
            use reader = new BinaryReader(lengths.Rewind(), Encoding.UTF8, true)

            for _ in 1L .. count do
                reader.ReadInt32()
        }

    /// Writes the ids as NumPy keeps texts: UTF-32, padded with zeros.
    member this.WriteUtf32(target: Stream) =
        let row = Array.zeroCreate<byte>(4 * longest)

        this.Each(fun id ->
            Array.Clear row
            Encoding.UTF32.GetBytes(id, 0, id.Length, row, 0) |> ignore
            target.Write(row, 0, row.Length))
