namespace UniRep.Design

open UniRep

/// Why a text is no motif.
type MotifError =
    {
        /// The text.
        Text: string
        /// What is wrong with it.
        Reason: string
    }

    interface IError

    /// Gets in one sentence what is wrong.
    member Message: string

/// A short pattern of residues that designs must not gain: `NXS`, `N{P}[ST]`, `CC`.
[<Sealed>]
type Motif =
    /// Gets the text it was read from.
    member Text: string

    /// Gets the number of residues it covers.
    member Length: int

    /// Checks whether it stands at an index, counted from 0, of some letters.
    member IsAt: letters: System.ReadOnlySpan<char> * index: int -> bool

/// Reads motifs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Motif =
    /// Reads a motif: a letter stands for itself, `X` for any residue, `[ST]` for one of these, `{P}` for any but these.
    val parse: text: string -> Result<Motif, MotifError>
