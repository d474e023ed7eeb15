namespace UniRep.Design

open System.Numerics
open System.Runtime.Intrinsics
open System.Threading
open System.Threading.Tasks

/// Weights of the rows of an alignment by their identity with others.
[<RequireQualifiedAccess>]
module internal RowWeights =
    let private lanes = Vector256<byte>.Count

    /// The bytes of rows one after another, each padded with zeros to whole vectors.
    let private packed (rows: byte[][]) stride =
        let bytes = Array.zeroCreate<byte>(rows.Length * stride)
        rows |> Array.iteri (fun index row -> row.CopyTo(bytes, index * stride))
        bytes

    /// How many bytes of two rows are equal, padding included.
    let private equal (bytes: byte[]) first second stride =
        let mutable count = 0
        let mutable at = 0

        while at < stride do
            let a = Vector256.LoadUnsafe(&bytes[first + at])
            let b = Vector256.LoadUnsafe(&bytes[second + at])
            let same = Vector256.ExtractMostSignificantBits(Vector256.Equals(a, b))
            count <- count + BitOperations.PopCount same
            at <- at + lanes

        count

    /// For each row 1 / the number of rows, itself included, that agree with it in at least a share of the bytes. Counts are
    /// whole numbers, so that threads change nothing.
    let ofRows identity (rows: byte[][]) =
        if rows.Length = 0 then
            [||]
        else
            let width = rows[0].Length
            let stride = (width + lanes - 1) / lanes * lanes
            let padding = stride - width
            let bytes = packed rows stride
            let least = ceil (identity * float width - 1e-9) |> int
            let counts = Array.create rows.Length 1

            let compare first =
                let mutable own = 0

                for second in first + 1 .. rows.Length - 1 do
                    if equal bytes (first * stride) (second * stride) stride - padding >= least then
                        own <- own + 1
                        Interlocked.Increment(&counts[second]) |> ignore

                Interlocked.Add(&counts[first], own) |> ignore

            Parallel.For(0, rows.Length, compare) |> ignore
            counts |> Array.map (fun count -> 1.0 / float count)
