namespace UniRep

open System
open System.IO
open UniRep.Compute

/// How representations are written.
type OutputFormat =
    /// NumPy's archive of arrays: ids, lengths, one array per pool, meta.
    | Npz
    /// One pool as one array; the ids go to a text file beside it.
    | Npy
    /// A table, values separated by commas: id, length, then one column per unit.
    | CsvTable
    /// The same, separated by tabs.
    | TsvTable
    /// One JSON object a line.
    | JsonLines
    /// Arrays with a JSON header; ids and meta in its metadata.
    | SafetensorsArrays

/// Which vectors of a representation are written.
type Pool =
    | Average
    | Final
    | Cell
    /// Average, final and cell one after another, `[3 H]`.
    | Fusion

/// What is written of each sequence.
type OutputContent =
    /// One vector per pool.
    | Pooled of Pool list
    /// The hidden state after each residue, `[L, H]`; that after start is left out.
    | PerResidue

/// Why an output cannot be made.
type OutputError =
    /// The file's extension tells no format.
    | UnknownOutputFormat of path: string
    /// The format cannot hold what is asked for.
    | Unsupported of format: OutputFormat * what: string
    /// The file is there, and is not to be overwritten.
    | AlreadyExists of path: string
    /// The file cannot be written.
    | NotWritable of path: string * reason: string
    /// Another run is writing the file.
    | Busy of path: string
    /// The format cannot hold a column beside its own.
    | UnwritableColumn of format: OutputFormat * column: string * reason: string

/// Writes representations to one output, one after another. Nothing is under the final name before `Complete`; a writer
/// that is disposed of without it leaves nothing behind. IOException comes out of `Write` and `Complete` unchanged.
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

/// The vectors of a pool.
[<RequireQualifiedAccess>]
module internal Pool =
    /// The name in files.
    val name: pool: Pool -> string
    /// The number of columns.
    val width: units: int -> pool: Pool -> int
    /// Copies a pool's values.
    val copy: output: inref<SequenceOutput> -> pool: Pool -> target: Span<float32> -> unit
    /// The bytes of an array, as they lie in memory.
    val bytes: values: float32[] -> ReadOnlySpan<byte>
    /// Writes the hidden states after each residue: all but the first row.
    val writeStates: output: inref<SequenceOutput> -> target: Stream -> unit
