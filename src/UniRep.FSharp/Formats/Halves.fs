namespace UniRep.Formats

open System
open System.IO
open System.Runtime.InteropServices
open System.Threading.Tasks
open UniRep
open UniRep.Compute

/// Converts numbers of sixteen bits to float32.
type private Widening = delegate of ReadOnlySpan<uint16> * Span<float32> -> unit

/// Reads numbers of sixteen bits, little-endian, as float32.
[<RequireQualifiedAccess>]
module internal Halves =
    /// Numbers that one thread converts at a time.
    let private share = 1 <<< 18

    let private readWith (widen: Widening) (stream: Stream) count =
        let halves = GC.AllocateUninitializedArray<uint16> count
        stream.ReadExactly(MemoryMarshal.AsBytes(halves.AsSpan()))
        let values = GC.AllocateUninitializedArray<float32> count

        let convert index =
            let first = index * share
            let length = min share (count - first)
            widen.Invoke(ReadOnlySpan(halves, first, length), Span(values, first, length))

        Parallel.For(0, (count + share - 1) / share, convert) |> ignore
        values

    /// Numbers of half precision.
    let read stream count =
        readWith
            (Widening(fun halves values -> FloatArrays.WidenHalves(halves, values)))
            stream
            count

    /// Numbers of bfloat16.
    let readBrain stream count =
        readWith
            (Widening(fun halves values -> FloatArrays.WidenBrainHalves(halves, values)))
            stream
            count
