namespace UniRep.Tests

open System
open System.IO
open UniRep
open UniRep.IO
open UniRep.Compute

/// A representation to be written.
type Example =
    {
        Id: string
        Length: int
        Average: float32[]
        Final: float32[]
        Cell: float32[]
        /// After start and after each residue, `[L + 1, H]`.
        States: float32[]
    }

/// Representations without a model, and their way into files.
[<RequireQualifiedAccess>]
module Example =
    let units = 3

    let private values seed count =
        Array.init count (fun index ->
            float32 (Math.Sin(float seed + 1.7 * float index))
            * 10.0f ** float32 (index % 7 - 3))

    let make seed id length =
        {
            Id = id
            Length = length
            Average = values seed units
            Final = values (seed + 100) units
            Cell = values (seed + 200) units
            States = values (seed + 300) ((length + 1) * units)
        }

    /// Three, with ids that are hard on formats.
    let three =
        [ make 1 "sp|P0A7B8|HSLV" 4; make 2 "a,\"b\"\tc'é漢\U0001F9EC" 1; make 3 "x" 7 ]

    let write (writer: RepWriter) examples =
        for index, example in List.indexed examples do
            let output =
                SequenceOutput(
                    Index = int64 index,
                    Length = example.Length,
                    Average = ReadOnlySpan example.Average,
                    Final = ReadOnlySpan example.Final,
                    Cell = ReadOnlySpan example.Cell,
                    HiddenStates = ReadOnlySpan example.States
                )

            writer.Write(example.Id, &output)

    /// A writer, which is there.
    let openFile path format content =
        match RepFile.create (Some path) Stream.Null format content units false with
        | Ok writer -> writer
        | Error error -> invalidOp error.Message

    /// Writes a whole file.
    let save path format content meta examples =
        use writer = openFile path format content
        write writer examples
        writer.Complete meta

    /// Writes everything to a stream.
    let send (stream: Stream) format content meta examples =
        match RepFile.create None stream format content units false with
        | Ok writer ->
            use writer = writer
            write writer examples
            writer.Complete meta
        | Error error -> invalidOp error.Message

    let allPools = OutputContent.Pooled [ Pool.Average; Pool.Final; Pool.Cell ]

    /// A pool of an example.
    let pool example pool =
        match pool with
        | Pool.Average -> example.Average
        | Pool.Final -> example.Final
        | Pool.Cell -> example.Cell
        | Pool.Fusion -> Array.concat [ example.Average; example.Final; example.Cell ]

    /// The states after each residue.
    let residueStates example = example.States[units..]
