namespace UniRep

open System
open UniRep.Compute

[<RequireQualifiedAccess>]
module Cuda =
    let private name = "cuda"

    let private precisionName precision =
        match precision with
        | CudaPrecision.BFloat16 -> "bfloat16"
        | CudaPrecision.Exact -> Precision.name Precision.Exact
        | unknown -> invalidArg (nameof precision) $"There is no precision {unknown} on a GPU."

    let private labelled (device: CudaDevice) = $"cuda:{device.Index} ({device.Name})"

    /// What the driver reports, as a case: too little memory for something, or a device that cannot go on.
    let private errorOf what (error: CudaException) =
        if error.IsOutOfMemory then
            BackendError.OutOfMemory(name, what, error.Message)
        else
            BackendError.Unavailable(name, error.Message)

    /// Does something in a run, and raises what the driver reports under the name of its case.
    let private orRaise what action =
        try
            action ()
        with :? CudaException as error ->
            Throw.error (errorOf what error)

    let private runner (options: CudaOptions) (weights: Weights) (engine: CudaEngine) =
        let what = $"a batch of {weights.Card.Name} on cuda:{options.Device}"

        let start source sink (outputs: Outputs) (run: RunOptions) =
            if not weights.HasHead && outputs.HasFlag Outputs.Logits then
                raise (UniRepException("NoHead", Weights.noHead weights.Card))

            let run =
                orRaise what (fun () ->
                    engine.Begin(
                        source,
                        sink,
                        outputs,
                        Option.toObj run.Progress,
                        run.Cancellation
                    ))

            {
                Advance = fun () -> orRaise what run.Advance
                Close = run.Dispose
            }

        {
            Device = Device.Gpu engine.Device.Name
            Precision = precisionName engine.Precision
            HasHead = weights.HasHead
            Begin = start
            BeginContinuous =
                Some(fun options -> orRaise what (fun () -> engine.BeginContinuous options))
            BeginStepwise = None
            Close = engine.Dispose
        }

    let private find driverPath =
        let found = CudaDevices.Find driverPath

        match found.Missing with
        | null -> Ok(List.ofSeq found.All)
        | reason -> Error reason

    /// Why a device cannot be used; None if nothing is wrong with it. Asking every device takes a part of a second.
    let private obstacle (options: CudaOptions) =
        match find options.DriverPath with
        | Error reason -> Some reason
        | Ok devices ->
            match devices |> List.tryFind (fun device -> device.Index = options.Device) with
            | None ->
                let names = devices |> List.map labelled |> String.concat ", "
                Some $"there is no cuda:{options.Device}: this machine has {names}"
            | Some device ->
                device.Unusable
                |> Option.ofObj
                |> Option.map (fun reason -> $"{labelled device}: {reason}")

    /// Makes something on a device, or says why the device cannot be used.
    let private make (options: CudaOptions) what (create: unit -> 'Made) =
        try
            Ok(create ())
        with
        | :? CudaUnavailableException as error ->
            let reason = obstacle options |> Option.defaultValue error.Message
            Error(BackendError.Unavailable(name, reason))
        | :? CudaException as error when error.IsOutOfMemory -> Error(errorOf what error)
        | :? CudaException as error ->
            let reason = obstacle options |> Option.defaultValue error.Message
            Error(BackendError.Unavailable(name, reason))

    let private infer (options: CudaOptions) (weights: Weights) =
        make options $"the weights of {weights.Card.Name} on cuda:{options.Device}" (fun () ->
            CudaEngine.Create(Weights.withHead weights, options) |> runner options weights)

    /// A trainer that raises what the driver reports under the name of its case.
    let private named what (trainer: CudaTrainer) =
        { new ITrainer with
            member _.Shape = trainer.Shape
            member _.Steps = trainer.Steps

            member _.Gradient(sequences, mean, window, cancellation) =
                orRaise what (fun () -> trainer.Gradient(sequences, mean, window, cancellation))

            member _.Evaluate(sequences, mean, cancellation) =
                orRaise what (fun () -> trainer.Evaluate(sequences, mean, cancellation))

            member _.Update step =
                orRaise what (fun () -> trainer.Update step)

            member _.Parameters() = orRaise what trainer.Parameters
            member _.Average() = orRaise what trainer.Average
            member _.Save() = orRaise what trainer.Save
            member _.Dispose() = trainer.Dispose()
        }

    let private train (options: CudaOptions) (trainer: TrainerOptions) (state: TrainerState) =
        if trainer.InstructionSet.HasValue then
            Error(BackendError.Unsupported(name, "choose the instruction set of a CPU"))
        else
            let what = $"training on cuda:{options.Device}"

            make options what (fun () -> CudaTrainer.Resume(state, trainer, options) |> named what)

    let backend (options: CudaOptions) =
        ArgumentNullException.ThrowIfNull(options, nameof options)
        options.Check()

        {
            Name = name
            Infer = infer options
            Train = Some(train options)
        }

    let devices () = find null

    let tryFirst () =
        let found = CudaDevices.Find()

        match found.Usable, found.Missing with
        | null, null ->
            found.All
            |> Seq.map (fun device -> $"{labelled device}: {device.Unusable}")
            |> String.concat "; "
            |> Error
        | null, reason -> Error(string reason)
        | device, _ -> Ok device

    let automatic () =
        match tryFirst () with
        | Ok device -> backend (CudaOptions(Device = device.Index)), $"{labelled device}, bfloat16"
        | Error reason -> Cpu.automatic, $"the CPU, exact, since {reason}"
