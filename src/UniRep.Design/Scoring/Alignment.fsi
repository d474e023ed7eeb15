namespace UniRep.Design

open UniRep
open UniRep.IO

/// Why a file is not an alignment.
[<RequireQualifiedAccess>]
type AlignmentError =
    /// The file cannot be read, or not as text.
    | Input of InputError
    /// The file's extension is not that of an alignment.
    | UnknownFormat of file: string
    /// A row has another number of match columns than the first row. In Stockholm: of columns.
    | UnequalRows of file: string * row: string * line: int64 * expected: int * found: int
    /// A row holds a symbol that is no residue and no gap.
    | BadSymbol of file: string * row: string * line: int64 * symbol: char
    /// No row has this name.
    | NoRow of file: string * name: string
    /// There is no column in which the focus sequence has a residue.
    | NoColumn of file: string * focus: string
    /// The focus sequence is no part of the wild type, nor the wild type a part of it.
    | OtherFocus of file: string * focus: string

    interface IError

    /// Gets what is wrong, where, and what to do.
    member Message: string

/// An alignment of a family by its match columns: rows of residues and gaps, all of one length.
[<Sealed>]
type Alignment =
    /// Gets the file.
    member File: string

    /// Gets the names of the rows.
    member Names: string[]

    /// Gets the number of rows.
    member Count: int

    /// Gets the number of match columns.
    member Width: int

    /// Gets the match columns of a row: letters in upper case, `-` for a gap.
    member Row: index: int -> string

    /// Gets the index of the focus sequence, which numbers the columns.
    member Focus: int

    /// Gets the residues of the focus sequence, insertions too, without gaps.
    member FocusResidues: string

    /// Gets for each match column the place of its residue in `FocusResidues`, from 0; -1 where the focus has a gap.
    member FocusPlaces: int[]

    /// Gets the match columns of a row as bytes.
    member internal Bytes: index: int -> byte[]

/// Reads alignments with their columns.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Alignment =
    /// Reads an alignment by the extension of the file, which may be gzipped:
    ///
    /// * `.a2m .a3m .fasta .fa .afa .faa .fas`: an upper-case letter or `-` is a match column; a lower-case letter is an
    ///   insertion and `.` a gap in it, which have no column. Lines that begin with `#` and the rows `ss_pred`, `ss_conf`,
    ///   `ss_dssp` of HH-suite are passed over.
    /// * `.sto .stk .stockholm`: with a line `#=GC RF` its letters mark the match columns; without it every column is one,
    ///   lower case is read as upper case, and `.`, `~` and `_` are gaps. A file of several alignments is refused.
    ///
    /// `focus` names the row that numbers the columns, by its whole name or by what stands before its first blank or `/`;
    /// None for the first row. `*` and letters that are no residues are errors.
    val load: focus: string option -> path: string -> Result<Alignment, AlignmentError>

    /// Places the match columns on a wild type: for each, the place of the residue from 0, or -1 where the column is not
    /// on the wild type. The residues of the focus sequence must be a part of the wild type, or the reverse.
    val placesOn: wildType: Sequence -> alignment: Alignment -> Result<int[], AlignmentError>
