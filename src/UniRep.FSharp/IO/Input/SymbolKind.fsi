namespace UniRep.IO

open System.Text
open UniRep

/// What a character is that is not a residue.
[<RequireQualifiedAccess>]
type SymbolKind =
    /// It looks like an ASCII letter, but is another character.
    | Lookalike of letter: char
    /// The character 0.
    | Nul
    /// A byte order mark within a text.
    | ByteOrderMark
    /// `>`, with which a FASTA header begins.
    | HeaderMark
    /// `*`, a stop.
    | Stop
    /// `-` or `.`, a gap of an alignment.
    | Gap
    /// A comma.
    | Comma
    /// A digit.
    | Digit
    /// A lower-case ASCII letter.
    | LowerCase
    /// `?` or another letter: a residue that is not known.
    | Unknown
    /// A character outside ASCII that is not a letter, or one beyond U+FFFF.
    | Foreign
    /// Any other ASCII character.
    | Other

/// Classifies characters that are not residues.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SymbolKind =
    /// Classifies a character.
    val ofRune: symbol: Rune -> SymbolKind
