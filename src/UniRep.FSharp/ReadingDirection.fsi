namespace UniRep

open System

/// The order in which a model reads the residues of a sequence. Forward, it begins with start and the last token that it
/// predicts is stop; backward, from the last residue to the first, it begins with stop and ends with start. So the first
/// token tells a model that was trained on both which way it reads.
[<RequireQualifiedAccess>]
type ReadingDirection =
    | Forward
    | Backward
    /// Each sequence once in each direction.
    | Both

/// Works on reading directions.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ReadingDirection =
    /// Every direction with its name: `forward`, `backward`, `both`.
    val all: (string * ReadingDirection) list

    /// Gives the name of a direction, as commands and files have it.
    val name: direction: ReadingDirection -> string

    /// Gives the passes over a sequence, one direction each: Both is Forward, then Backward.
    val passes: direction: ReadingDirection -> ReadingDirection list

    /// Reverses tokens.
    val internal reverse: tokens: ReadOnlyMemory<byte> -> ReadOnlyMemory<byte>
