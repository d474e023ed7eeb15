namespace UniRep.Design

open System.Threading
open System.Threading.Tasks
open UniRep.IO

/// Weights of the rows of an alignment by their identity with others.
[<RequireQualifiedAccess>]
module internal RowWeights =
    /// The bytes of rows one after another, each padded with zeros to whole vectors.
    let private packed (rows: byte[][]) stride =
        let bytes = Array.zeroCreate<byte>(rows.Length * stride)
        rows |> Array.iteri (fun index row -> row.CopyTo(bytes, index * stride))
        bytes

    /// For each row 1 / the number of rows, itself included, that agree with it in at least a share of the bytes. Counts are
    /// whole numbers, so that threads change nothing.
    let ofRows identity (rows: byte[][]) =
        if rows.Length = 0 then
            [||]
        else
            let width = rows[0].Length
            let stride = ByteRows.strideOf width
            let padding = stride - width
            let bytes = packed rows stride
            // Padding is equal in all rows.
            let most = padding + int (ceil (identity * float width - 1e-9)) - 1
            let counts = Array.create rows.Length 1

            let compare first =
                let mutable own = 0

                for second in first + 1 .. rows.Length - 1 do
                    if
                        ByteRows.hasMoreEqual
                            most
                            bytes
                            (first * stride)
                            bytes
                            (second * stride)
                            stride
                    then
                        own <- own + 1
                        Interlocked.Increment(&counts[second]) |> ignore

                Interlocked.Add(&counts[first], own) |> ignore

            Parallel.For(0, rows.Length, compare) |> ignore
            counts |> Array.map (fun count -> 1.0 / float count)
