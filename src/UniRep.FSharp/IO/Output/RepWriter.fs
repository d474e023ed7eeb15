namespace UniRep.IO

open System
open System.IO
open System.Runtime.InteropServices
open UniRep
open UniRep.Compute

[<RequireQualifiedAccess>]
type Pool =
    | Average
    | Final
    | Cell
    | Fusion

    member this.Name =
        match this with
        | Pool.Average -> "average"
        | Pool.Final -> "final"
        | Pool.Cell -> "cell"
        | Pool.Fusion -> "fusion"

[<RequireQualifiedAccess>]
type OutputContent =
    | Pooled of Pool list
    | PerResidue

[<AbstractClass>]
type RepWriter() =
    abstract Write: id: string * cells: string[] * output: inref<SequenceOutput> -> unit
    abstract Complete: meta: string -> unit
    abstract Close: unit -> unit
    abstract Warnings: string list
    default _.Warnings = []

    member this.Write(id: string, output: inref<SequenceOutput>) =
        this.Write(id, Array.empty, &output)

    interface IDisposable with
        member this.Dispose() = this.Close()

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Pool =
    let all = [ Pool.Average; Pool.Final; Pool.Cell; Pool.Fusion ]

    let width units pool =
        if pool = Pool.Fusion then 3 * units else units

    /// The values of a pool, appended to a buffer.
    let copy (output: inref<SequenceOutput>) pool (target: Span<float32>) =
        let units = output.Average.Length

        match pool with
        | Pool.Average -> output.Average.CopyTo target
        | Pool.Final -> output.Final.CopyTo target
        | Pool.Cell -> output.Cell.CopyTo target
        | Pool.Fusion ->
            output.Average.CopyTo target
            output.Final.CopyTo(target.Slice units)
            output.Cell.CopyTo(target.Slice(2 * units))

    let bytes (values: float32[]) =
        MemoryMarshal.AsBytes(ReadOnlySpan values)

    /// Writes the hidden states after each residue: all but the first row.
    let writeStates (output: inref<SequenceOutput>) (target: Stream) =
        let mutable left = output.HiddenStates.Slice output.Average.Length

        while not left.IsEmpty do
            let count = min left.Length (1 <<< 20)
            target.Write(MemoryMarshal.AsBytes(left.Slice(0, count)))
            left <- left.Slice count
