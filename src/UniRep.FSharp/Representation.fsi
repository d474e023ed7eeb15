namespace UniRep

open System
open System.Collections.Generic
open UniRep.IO

/// The representation of one sequence, for C#.
[<Sealed>]
type Representation =
    internal new: rep: Rep -> Representation

    interface IDisplay

    /// Gets the mean of h over start and every residue, `[H]`: "the UniRep vector".
    member Average: ReadOnlyMemory<float32>

    /// Gets h after the last residue, `[H]`.
    member Final: ReadOnlyMemory<float32>

    /// Gets c after the last residue, `[H]`.
    member Cell: ReadOnlyMemory<float32>

    /// Concatenates average, final and cell, `[3 H]`.
    member ToFusion: unit -> float32[]

    /// Gives an HTML fragment for notebooks: how the values of each vector are spread, and the first of them.
    member ToHtml: unit -> string

/// What `UniRepModel` read and wrote, for C#.
[<Sealed>]
type EmbeddedFile =
    internal new: summary: EmbeddingSummary -> EmbeddedFile

    /// Gets the number of records.
    member Records: int64

    /// Gets the number of residues of all records.
    member Residues: int64

    /// Gets what the user should know of the input and of the output, one sentence each.
    member Warnings: IReadOnlyList<string>
