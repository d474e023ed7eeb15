namespace UniRep.IO

open UniRep

/// A format of files of sequences.
[<RequireQualifiedAccess>]
type InputFormat =
    /// `>` headers, sequences over any number of lines.
    | Fasta
    /// An alignment in FASTA form, A2M or A3M: gaps are dropped, lower case is read as upper case.
    | A2m
    /// An alignment as Pfam and HMMER write it, `# STOCKHOLM 1.0`: gaps are dropped, lower case is read as upper case.
    | Stockholm
    /// One sequence a line; ids are the numbers of the records from 1.
    | Lines
    /// A table with a header row, columns separated by commas.
    | Csv
    /// A table with a header row, columns separated by tabs.
    | Tsv

    /// Gets the name that options and files give it.
    member Name: string

    /// Gets its file extensions, in lower case, with the dot; each may be followed by `.gz`.
    member Extensions: string list

    /// Gets a description of a few words.
    member Description: string

/// How the records of a text are laid out.
[<RequireQualifiedAccess>]
type internal InputLayout =
    /// `>` headers; an alignment also has gaps and lower-case letters.
    | Headers of isAlignment: bool
    /// Rows of an alignment, each after its name, in blocks.
    | Stockholm
    /// One sequence a line.
    | Lines
    /// Rows of cells.
    | Table of separator: char

/// Lists the input formats.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module InputFormat =
    /// Gets every format.
    val all: InputFormat list

    /// Gets the layout of a format.
    val internal layout: format: InputFormat -> InputLayout
