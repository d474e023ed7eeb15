namespace UniRep

open System
open UniRep.Compute

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Precision =
    let all =
        [
            "exact", Precision.Exact
            "int16w", Precision.Int16Weights
            "int16", Precision.Int16
            "int8", Precision.Int8
        ]

    let name precision =
        match all |> List.tryFind (snd >> (=) precision) with
        | Some(name, _) -> name
        | None ->
            raise (
                ArgumentOutOfRangeException(
                    nameof precision,
                    precision,
                    "There is no such precision."
                )
            )

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module InstructionSet =
    let name set =
        match set with
        | InstructionSet.Avx512 -> "AVX-512"
        | InstructionSet.Avx2 -> "AVX2"
        | InstructionSet.Fma128 -> "FMA-128"
        | InstructionSet.Portable -> "portable"
        | unknown -> invalidArg (nameof set) $"There is no instruction set {unknown}."

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Device =
    let describe device =
        match device with
        | Device.Cpu(threads, set) ->
            String.concat
                ", "
                [
                    set |> Option.map InstructionSet.name |> Option.defaultValue "CPU"
                    Display.counted threads "thread"
                ]
        | Device.Gpu name -> name

[<RequireQualifiedAccess>]
module Cpu =
    let private name = "cpu"

    /// What this machine cannot do is a case; what the caller got wrong stays an exception.
    let private orUnavailable create =
        try
            Ok(create ())
        with :? PlatformNotSupportedException as error ->
            Error(BackendError.Unavailable(name, error.Message))

    let private runner (weights: Weights) (engine: MlstmEngine) =
        let start source sink (outputs: Outputs) (options: RunOptions) =
            if not weights.HasHead && outputs.HasFlag Outputs.Logits then
                raise (UniRepException("NoHead", Weights.noHead weights.Card))

            let run =
                engine.Begin(
                    source,
                    sink,
                    outputs,
                    Option.toObj options.Progress,
                    options.Cancellation
                )

            {
                Advance = run.Advance
                Close = run.Dispose
            }

        {
            Device = Device.Cpu(engine.Threads, Some engine.InstructionSet)
            Precision = Precision.name engine.Precision
            HasHead = weights.HasHead
            Begin = start
            BeginContinuous = Some(fun options -> engine.BeginContinuous options)
            BeginStepwise =
                Some(fun source sequences cancellation ->
                    let run = engine.BeginStepwise(source, sequences, cancellation)

                    {
                        Advance = run.Advance
                        Close = run.Dispose
                    })
            Close = engine.Dispose
        }

    let backend (options: EngineOptions) =
        ArgumentNullException.ThrowIfNull(options, nameof options)
        options.Check()

        {
            Name = name
            Infer =
                fun weights ->
                    orUnavailable (fun () ->
                        MlstmEngine.Create(Weights.withHead weights, options) |> runner weights)
            Train =
                Some(fun trainerOptions state ->
                    orUnavailable (fun () ->
                        MlstmTrainer.Resume(state, trainerOptions) :> ITrainer))
        }

    let automatic = backend (EngineOptions())
