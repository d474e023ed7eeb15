namespace UniRep.IO

open System
open System.IO
open System.Text
open UniRep

/// The ids, lengths and cells of the sequences written so far, on disk.
[<Sealed>]
type internal RowSpool(place: OutputPlace, columns: string list) =
    let ids = TextSpool(place, "ids")
    let lengths = place.Spool "lengths"

    let cells =
        columns
        |> List.mapi (fun at name -> name, TextSpool(place, $"column{at}"))
        |> Array.ofList

    member _.Count = ids.Count
    member _.Ids = ids
    member _.Lengths = lengths

    /// The names and cells of the columns.
    member _.Columns = List.ofArray cells

    member _.Add(id: string, row: string[], length: int) =
        OutputColumns.check columns row
        ids.Add id
        lengths.Write(ReadOnlySpan(BitConverter.GetBytes length))
        cells |> Array.iteri (fun at (_, spool) -> spool.Add row[at])

    /// The lengths in their order.
    member _.EachLength() =
        seq {
            use reader = new BinaryReader(lengths.Rewind(), Encoding.UTF8, true)

            for _ in 1L .. ids.Count do
                reader.ReadInt32()
        }
