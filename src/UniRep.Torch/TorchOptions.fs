namespace UniRep

open System
open System.Globalization
open UniRep.Compute

[<RequireQualifiedAccess>]
type TorchDevice =
    | Cpu
    | Cuda of index: int

    member this.Name =
        match this with
        | Cpu -> "cpu"
        | Cuda index -> $"cuda:{index}"

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TorchDevice =
    let tryParse (text: string) =
        ArgumentNullException.ThrowIfNull(text, nameof text)

        match text.Split ':' with
        | [| "cpu" |] -> Some TorchDevice.Cpu
        | [| "cuda" |] -> Some(TorchDevice.Cuda 0)
        | [| "cuda"; number |] ->
            match Int32.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture) with
            | true, index -> Some(TorchDevice.Cuda index)
            | _ -> None
        | _ -> None

[<RequireQualifiedAccess>]
type TorchPrecision =
    | Float32
    | BFloat16
    | TF32

    member this.Name =
        match this with
        | Float32 -> "float32"
        | BFloat16 -> "bfloat16"
        | TF32 -> "tf32"

type TorchOptions =
    {
        Device: TorchDevice
        Precision: TorchPrecision
        Threads: int
        BatchSize: int
        Libraries: string option
        Log: string -> unit
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TorchOptions =
    let on device =
        {
            Device = device
            Precision = TorchPrecision.Float32
            Threads = 0
            BatchSize = 128
            Libraries = None
            Log = ignore
        }

    let check options =
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof options.Threads)

        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.Threads,
            EngineOptions.MaximalThreads,
            nameof options.Threads
        )

        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof options.BatchSize)

        match options.Device with
        | TorchDevice.Cuda index ->
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof options.Device)
        | TorchDevice.Cpu -> ()
