namespace UniRep.Training

open UniRep
open UniRep.Compute

type TrainingOptions =
    {
        Epochs: int
        BatchTokens: int
        LearningRate: float option
        Schedule: Schedule
        WarmUp: int
        WeightDecay: float
        DecaysAll: bool
        MaximalNorm: float
        Mean: LossMean
        Window: int
        Average: float option
        HoldOut: float
        Patience: int
        Seed: uint64
        Threads: int
        StateBytes: int64
    }

type TrainingOptionsError =
    | OutOfRange of option: string * range: string

    member this.Message =
        match this with
        | OutOfRange(option, range) -> $"{option}: must be {range}"

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingOptions =
    let evotune =
        {
            Epochs = 10
            BatchTokens = 8192
            LearningRate = None
            Schedule = Cosine
            WarmUp = 50
            WeightDecay = 0.0
            DecaysAll = false
            MaximalNorm = 1.0
            Mean = LossMean.PerToken
            Window = 0
            Average = None
            HoldOut = 0.1
            Patience = 3
            Seed = 42UL
            Threads = 0
            StateBytes = 1L <<< 30
        }

    let scratch =
        { evotune with
            LearningRate = Some 2e-3
            WarmUp = 200
            WeightDecay = 0.01
            Patience = 0
            HoldOut = 0.02
        }

    let usualRate units = 0.032 / float units

    let private most = 1_000_000

    let check options =
        let rate = defaultArg options.LearningRate 1e-5

        [
            options.Epochs >= 1 && options.Epochs <= most, "epochs", $"from 1 to {most}"
            options.BatchTokens >= 2, "batch tokens", "2 or more"
            rate > 0.0 && System.Double.IsFinite rate, "learning rate", "above 0, and finite"
            options.WarmUp >= 0, "warm-up", "0 or more"
            options.WeightDecay >= 0.0 && options.WeightDecay * rate < 1.0,
            "weight decay",
            "0 or more, and less than 1 / learning rate"
            options.MaximalNorm > 0.0, "gradient norm", "above 0"
            options.Window >= 0, "bptt", "0 or more"
            Option.forall (fun kept -> kept >= 0.0 && kept < 1.0) options.Average,
            "average",
            "from 0 to below 1"
            options.HoldOut >= 0.0 && options.HoldOut < 1.0, "hold-out", "from 0 to below 1"
            options.Patience >= 0, "patience", "0 or more"
            options.Threads >= 0 && options.Threads <= EngineOptions.MaximalThreads,
            "threads",
            $"from 0 to {EngineOptions.MaximalThreads}"
            options.StateBytes >= 0L, "memory", "0 or more"
        ]
        |> List.choose (fun (isMeant, option, range) ->
            if isMeant then None else Some(OutOfRange(option, range)))
