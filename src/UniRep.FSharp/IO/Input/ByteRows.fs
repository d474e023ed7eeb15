namespace UniRep.IO

open System.Numerics
open System.Runtime.CompilerServices
open System.Runtime.Intrinsics

/// Compares rows of bytes, each padded to whole vectors.
[<RequireQualifiedAccess>]
module internal ByteRows =
    let private lanes = Vector256<byte>.Count

    /// The length of a row of so many bytes with its padding.
    let strideOf width = (width + lanes - 1) / lanes * lanes

    /// Checks whether more than `most` bytes of two rows are equal, padding included; reads only as far as it takes to know.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    let hasMoreEqual most (first: byte[]) firstAt (second: byte[]) secondAt stride =
        let mutable count = 0
        let mutable at = 0

        while at < stride && count <= most && count + (stride - at) > most do
            let a = Vector256.LoadUnsafe(&first[firstAt + at])
            let b = Vector256.LoadUnsafe(&second[secondAt + at])
            let same = Vector256.ExtractMostSignificantBits(Vector256.Equals(a, b))
            count <- count + BitOperations.PopCount same
            at <- at + lanes

        count > most
