namespace UniRep

open System
open System.Threading
open UniRep.Compute

type EngineSettings =
    {
        Threads: int
        InstructionSet: InstructionSet option
        Precision: Precision
    }

type Job =
    {
        Source: ISequenceSource
        Sink: ISequenceSink
        Outputs: Outputs
        Progress: IProgress<int64> option
        Cancellation: CancellationToken
    }

type Run =
    {
        Advance: unit -> bool
        Close: unit -> unit
    }

type Backend =
    {
        Name: string
        InstructionSet: string
        Precision: string
        Threads: int
        Begin: Job -> Run
        Close: unit -> unit
    }

    member this.Run job =
        let run = this.Begin job

        try
            while not (run.Advance()) do
                Thread.Sleep 1
        finally
            run.Close()

[<RequireQualifiedAccess>]
module Backend =
    let automatic =
        {
            Threads = 0
            InstructionSet = None
            Precision = Precision.Exact
        }

    let precisions =
        [
            "exact", Precision.Exact
            "int16w", Precision.Int16Weights
            "int16", Precision.Int16
            "int8", Precision.Int8
        ]

    let nameOf set =
        match set with
        | InstructionSet.Avx512 -> "AVX-512"
        | InstructionSet.Avx2 -> "AVX2"
        | InstructionSet.Fma128 -> "FMA-128"
        | InstructionSet.Portable -> "portable"
        | unknown -> invalidArg (nameof set) $"There is no instruction set {unknown}."

    /// The name of a precision; a number that is none is the caller's mistake.
    let private nameOfPrecision precision =
        match precisions |> List.tryFind (snd >> (=) precision) with
        | Some(name, _) -> name
        | None ->
            raise (
                ArgumentOutOfRangeException("precision", precision, "There is no such precision.")
            )

    let engine (settings: EngineSettings) weights =
        let precision = nameOfPrecision settings.Precision

        let options =
            EngineOptions(
                Threads = settings.Threads,
                InstructionSet = Option.toNullable settings.InstructionSet,
                Precision = settings.Precision
            )

        let engine = MlstmEngine.Create(EngineArrays.ofWeights weights, options)

        {
            Name = "engine"
            InstructionSet = nameOf engine.InstructionSet
            Precision = precision
            Threads = engine.Threads
            Begin =
                fun job ->
                    let run =
                        engine.Begin(
                            job.Source,
                            job.Sink,
                            job.Outputs,
                            Option.toObj job.Progress,
                            job.Cancellation
                        )

                    {
                        Advance = run.Advance
                        Close = run.Dispose
                    }
            Close = engine.Dispose
        }
