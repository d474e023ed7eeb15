namespace UniRep

open System
open System.Threading
open UniRep.Compute

[<RequireQualifiedAccess>]
type BackendError =
    | Unavailable of backend: string * reason: string
    | Unsupported of backend: string * what: string
    | OutOfMemory of backend: string * what: string * reason: string

    member this.Message =
        match this with
        | Unavailable(backend, reason) -> $"the {backend} backend is not available: {reason}"
        | Unsupported(backend, what) -> $"the {backend} backend cannot {what}"
        | OutOfMemory(backend, what, reason) ->
            $"the {backend} backend has too little memory for {what}: {Quote.text reason}"

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess>]
type Device =
    | Cpu of threads: int * instructionSet: InstructionSet option
    | Gpu of name: string

type RunOptions =
    {
        Progress: IProgress<int64> option
        Cancellation: CancellationToken
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module RunOptions =
    let none =
        {
            Progress = None
            Cancellation = CancellationToken.None
        }

    let cancelledBy cancellation =
        { none with
            Cancellation = cancellation
        }

type Run =
    {
        Advance: unit -> bool
        Close: unit -> unit
    }

type Runner =
    {
        Device: Device
        Precision: string
        HasHead: bool
        Begin: ISequenceSource -> ISequenceSink -> Outputs -> RunOptions -> Run
        BeginContinuous: (ContinuousRunOptions -> ContinuousRun) option
        BeginStepwise: (IStepwiseSource -> int -> CancellationToken -> Run) option
        Close: unit -> unit
    }

type Backend =
    {
        Name: string
        Infer: Weights -> Result<Runner, BackendError>
        Train: (TrainerOptions -> TrainerState -> Result<ITrainer, BackendError>) option
    }
