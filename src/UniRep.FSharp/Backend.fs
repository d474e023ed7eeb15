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

type Backend =
    {
        Name: string
        InstructionSet: string
        Precision: string
        Threads: int
        Run: Job -> unit
        Close: unit -> unit
    }

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

    let engine (settings: EngineSettings) weights =
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
            Precision = precisions |> List.find (snd >> (=) engine.Precision) |> fst
            Threads = engine.Threads
            Run =
                fun job ->
                    engine.Run(
                        job.Source,
                        job.Sink,
                        job.Outputs,
                        Option.toObj job.Progress,
                        job.Cancellation
                    )
            Close = fun () -> (engine :> IDisposable).Dispose()
        }
