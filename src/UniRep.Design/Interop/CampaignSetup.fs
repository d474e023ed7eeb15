namespace UniRep.Design

open System
open UniRep
open UniRep.IO

[<Sealed>]
type CampaignSetup() =
    let usual = Campaign.usual
    member val First = usual.First with get, set
    member val Strategy = usual.Strategy with get, set
    member val TopModel = usual.TopModel.Method with get, set
    member val Pool = Pool.Average with get, set
    member val Components = usual.Components with get, set
    member val NormalScores = usual.NormalScores with get, set
    member val WarmStart = Nullable<bool>() with get, set
    member val Seed = usual.Seed with get, set

    member internal this.Check() =
        ArgumentNullException.ThrowIfNull(this.First, nameof this.First)
        ArgumentNullException.ThrowIfNull(this.Strategy, nameof this.Strategy)
        ArgumentNullException.ThrowIfNull(this.TopModel, nameof this.TopModel)
        ArgumentNullException.ThrowIfNull(this.Pool, nameof this.Pool)
        ArgumentOutOfRangeException.ThrowIfNegative(this.Components, nameof this.Components)

        if not (List.contains this.TopModel Campaign.topModels) then
            let known = Campaign.topModels |> List.map _.Name |> String.concat ", "

            invalidArg
                (nameof this.TopModel)
                $"Campaigns have no top model {this.TopModel.Name}; there are {known}."

    member internal this.OptionsFor(run, model, wildType) =
        {
            First = this.First
            Strategy = this.Strategy
            TopModel = TopModelOptions.usual this.TopModel
            Components = this.Components
            NormalScores = this.NormalScores
            WarmStart =
                this.WarmStart
                |> Option.ofNullable
                |> Option.defaultWith (fun () ->
                    (CampaignFolder.usual run model wildType).WarmStart)
            Seed = this.Seed
        }
