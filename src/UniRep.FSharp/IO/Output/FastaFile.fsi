namespace UniRep.IO

open System
open System.IO
open UniRep

/// Writes sequences as FASTA, one after another. Nothing is under the final name before `Complete`; a writer that is
/// disposed of without it leaves nothing behind. `Write` and `Complete` pass on IOException.
[<Sealed>]
type FastaWriter =
    /// Adds a sequence, in lines of 80 letters. Line breaks in the header become blanks.
    member Write: header: string * sequence: Sequence -> unit

    /// Hands what is written to whoever reads the output, if it is a stream.
    member Flush: unit -> unit

    /// Ends the output and gives the file its final name.
    member Complete: unit -> unit

    interface IDisposable

/// Writes FASTA files.
[<RequireQualifiedAccess>]
module FastaFile =
    /// Opens an output: a file, or with None the stream given, which stays open. Only one run at a time may write a file; a
    /// path that is a link is followed; pipes and `/dev/null` are written to as they are.
    val create:
        path: string option ->
        standardOutput: Stream ->
        overwrite: bool ->
            Result<FastaWriter, OutputError>
