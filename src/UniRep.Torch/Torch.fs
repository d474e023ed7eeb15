namespace UniRep

open System
open TorchSharp
open UniRep.Compute

/// A network that runs share, and that is freed after the last of them.
[<Sealed>]
type internal SharedNetwork(network: TorchNetwork) =
    let gate = obj ()
    let mutable runs = 0
    let mutable isClosed = false

    let free () =
        if isClosed && runs = 0 then
            (network :> IDisposable).Dispose()

    /// Gives the network to a run; ObjectDisposedException once it is closed.
    member this.Enter() =
        lock gate (fun () ->
            ObjectDisposedException.ThrowIf(isClosed, this)
            runs <- runs + 1
            network)

    /// Ends a run.
    member _.Leave() =
        lock gate (fun () ->
            runs <- runs - 1
            free ())

    member _.Close() =
        lock gate (fun () ->
            if not isClosed then
                isClosed <- true
                free ())

[<RequireQualifiedAccess>]
module Torch =
    let private name = "torch"

    let libtorchVersion = Libtorch.version

    let tryLoad options =
        TorchOptions.check options
        NativeLibraries.ensure options

    let private unsupported what =
        Error(BackendError.Unsupported(name, what))

    let private remedy (error: TorchError) =
        match error with
        | TorchError.LibraryMissing _ ->
            match LibraryFolders.system () with
            | Ok system ->
                $". Get it once with `dotnet package download {Libtorch.package system}@{Libtorch.version}`"
            | Error _ -> ""
        | _ -> ""

    /// Makes libtorch ready for a device, as the options want it.
    let private prepare (options: TorchOptions) =
        match NativeLibraries.ensure options with
        | Error error -> Error(BackendError.Unavailable(name, error.Message + remedy error))
        | Ok _ ->
            if options.Threads > 0 then
                torch.set_num_threads options.Threads

            match options.Device with
            | TorchDevice.Cpu -> Ok(new torch.Device(DeviceType.CPU))
            | TorchDevice.Cuda index -> Ok(new torch.Device(DeviceType.CUDA, index))

    /// Says how products of float32 are computed on a GPU; it holds for the whole process.
    let private chooseTF32 (options: TorchOptions) =
        if options.Device.IsCuda then
            torch.backends.cuda.matmul.allow_tf32 <- options.Precision.IsTF32

    let private runner (options: TorchOptions) (weights: Weights) device =
        let network =
            new SharedNetwork(TorchScan.network device options.Precision (Weights.withHead weights))

        let lanes = ref options.BatchSize

        let start source sink (outputs: Outputs) run =
            if not weights.HasHead && outputs.HasFlag Outputs.Logits then
                raise (UniRepException("NoHead", Weights.noHead weights.Card))

            let computing =
                TorchRun(
                    TorchScan.scan,
                    network.Enter(),
                    options,
                    lanes,
                    source,
                    sink,
                    outputs,
                    run
                )

            let mutable isClosed = false

            {
                Advance =
                    fun () ->
                        ObjectDisposedException.ThrowIf(isClosed, computing)
                        chooseTF32 options
                        computing.Advance()
                Close =
                    fun () ->
                        if not isClosed then
                            isClosed <- true
                            computing.Close()
                            network.Leave()
            }

        {
            Device =
                match options.Device with
                | TorchDevice.Cpu -> Device.Cpu(torch.get_num_threads (), None)
                | TorchDevice.Cuda _ -> Device.Gpu options.Device.Name
            Precision = options.Precision.Name
            HasHead = weights.HasHead
            Begin = start
            BeginContinuous = None
            BeginStepwise = None
            Close = network.Close
        }

    let private infer (options: TorchOptions) weights =
        if options.Precision.IsTF32 && not options.Device.IsCuda then
            unsupported "compute in tf32 on the CPU: it is a format of NVIDIA GPUs"
        else
            prepare options
            |> Result.bind (fun device ->
                TorchMemory.make $"the weights on {options.Device.Name}" (fun () ->
                    runner options weights device))

    let private train (options: TorchOptions) (trainer: TrainerOptions) state =
        let options =
            if trainer.Threads > 0 then
                { options with
                    Threads = trainer.Threads
                }
            else
                options

        if options.Precision.IsBFloat16 then
            unsupported "train in bfloat16: the gradients would be too coarse"
        elif trainer.InstructionSet.HasValue then
            unsupported "choose the instruction set: libtorch does"
        elif options.Precision.IsTF32 && not options.Device.IsCuda then
            unsupported "compute in tf32 on the CPU: it is a format of NVIDIA GPUs"
        else
            prepare options
            |> Result.bind (fun device ->
                chooseTF32 options

                TorchMemory.make $"training on {options.Device.Name}" (fun () ->
                    new TorchTrainer(options, device, trainer, state) :> ITrainer))

    let backendWith options =
        TorchOptions.check options

        {
            Name = name
            Infer = infer options
            Train = Some(train options)
        }

    let backend device = backendWith (TorchOptions.on device)
