namespace UniRep.IO

open System
open System.IO
open UniRep
open UniRep.Compute

/// Which vectors of a representation are written.
[<RequireQualifiedAccess>]
type Pool =
    | Average
    | Final
    | Cell
    /// Average, final and cell one after another, `[3 H]`.
    | Fusion

    /// Gets the name that options and files give it.
    member Name: string

/// What is written of each sequence.
[<RequireQualifiedAccess>]
type OutputContent =
    /// One vector per pool.
    | Pooled of Pool list
    /// The hidden state after each residue, `[L, H]`; that after start is left out.
    | PerResidue

/// Writes representations to one output, one after another. Nothing is under the final name before `Complete`; a writer
/// that is disposed of without it leaves nothing behind. `Write` and `Complete` pass on IOException.
[<AbstractClass>]
type RepWriter =
    internal new: unit -> RepWriter

    /// Adds one sequence with the cells of the columns that the output was opened with.
    abstract Write: id: string * cells: string[] * output: inref<SequenceOutput> -> unit

    /// Adds one sequence to an output without columns of the caller's.
    member Write: id: string * output: inref<SequenceOutput> -> unit

    /// Ends the output, with a JSON text about the run where the format holds one.
    abstract Complete: meta: string -> unit

    /// Removes what is not complete.
    abstract Close: unit -> unit

    /// Gets what a user should know of how the output was written, in sentences.
    abstract Warnings: string list

    default Warnings: string list

    interface IDisposable

/// Lists the vectors of a representation.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Pool =
    /// Gets every pool.
    val all: Pool list

    /// The number of columns.
    val internal width: units: int -> pool: Pool -> int

    /// Copies a pool's values.
    val internal copy: output: inref<SequenceOutput> -> pool: Pool -> target: Span<float32> -> unit

    /// The bytes of an array, as they are in memory.
    val internal bytes: values: float32[] -> ReadOnlySpan<byte>

    /// Writes the hidden states after each residue: all but the first row.
    val internal writeStates: output: inref<SequenceOutput> -> target: Stream -> unit
