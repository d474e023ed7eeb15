namespace UniRep.Design

open System
open UniRep.Charts
open UniRep.Training

[<RequireQualifiedAccess>]
type FirstRound =
    | ZeroShot
    | Diverse
    | Random

    member this.Name =
        match this with
        | ZeroShot -> "zero-shot"
        | Diverse -> "diverse"
        | Random -> "random"

    override this.ToString() = this.Name

[<RequireQualifiedAccess>]
type Strategy =
    | Greedy
    | Ucb
    | Thompson
    | ConstantLiar

    member this.Name =
        match this with
        | Greedy -> "greedy"
        | Ucb -> "ucb"
        | Thompson -> "thompson"
        | ConstantLiar -> "liar"

    override this.ToString() = this.Name

type CampaignOptions =
    {
        First: FirstRound
        Strategy: Strategy
        TopModel: TopModelOptions
        Components: int
        NormalScores: bool
        WarmStart: bool
        Seed: uint64
    }

type Candidates =
    {
        Features: FeatureTable
        ZeroShot: float[]
    }

type Pick =
    {
        Index: int
        Value: float
        Prediction: Prediction option
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Campaign =
    /// The width of the confidence bound: mean + sqrt(xi) sigma.
    let private xi = 4.0

    /// The principal components in which groups are looked for.
    let private components = 16

    let usual =
        {
            First = FirstRound.Random
            Strategy = Strategy.Greedy
            TopModel = TopModelOptions.usual TopModelMethod.GaussianProcess
            Components = 64
            NormalScores = true
            WarmStart = false
            Seed = 0UL
        }

    let firstRounds = [ FirstRound.ZeroShot; FirstRound.Diverse; FirstRound.Random ]

    let strategies =
        [ Strategy.Greedy; Strategy.Ucb; Strategy.Thompson; Strategy.ConstantLiar ]

    let topModels =
        [ TopModelMethod.Ridge; TopModelMethod.GaussianProcess; TopModelMethod.LowN ]

    let private withComponents options candidates =
        if options.Components = 0 then
            candidates
        else
            { candidates with
                Features = Whitening.ofTable options.Components candidates.Features
            }

    let prepare options candidates =
        let candidates = withComponents options candidates

        if not options.WarmStart then
            candidates
        else
            { candidates with
                Features =
                    candidates.Features
                    |> FeatureTable.withDensity
                        "warm start"
                        (NormalScores.ofValues candidates.ZeroShot)
            }

    let private requirePlaces batch left =
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1, nameof batch)

        if left < batch then
            invalidArg (nameof batch) $"{left} candidates are left for {batch} places."

    /// The largest values, the largest first; equals in an order that is drawn.
    let private largest (random: SplitMix) count (values: (int * float)[]) =
        values
        |> Array.map (fun (index, value) -> index, value, random.Next())
        |> Array.sortWith (fun (a, x, drawnA) (b, y, drawnB) ->
            match compare y x, compare drawnA drawnB with
            | 0, 0 -> compare a b
            | 0, order
            | order, _ -> order)
        |> Array.truncate count
        |> Array.map (fun (index, value, _) -> index, value)

    /// The random numbers of a round.
    let private randomOf options round =
        SplitMix(Seed.derive options.Seed round)

    let private diverse options batch (features: FeatureTable) =
        let rows = Array.init features.Count features.Row
        let dimensions = min components (min rows.Length rows[0].Length)

        let points =
            if rows.Length < 2 then
                Array2D.zeroCreate rows.Length 1
            else
                (Projection.pca dimensions rows).Coordinates

        KMedoids.find (randomOf options 1) batch points |> Array.sort

    let first options batch candidates =
        requirePlaces batch candidates.ZeroShot.Length

        match options.First with
        | FirstRound.ZeroShot ->
            largest (randomOf options 1) batch (Array.indexed candidates.ZeroShot)
        | FirstRound.Diverse ->
            diverse options batch candidates.Features
            |> Array.map (fun index -> index, candidates.ZeroShot[index])
        | FirstRound.Random ->
            let order = [| 0 .. candidates.ZeroShot.Length - 1 |]
            (randomOf options 1).Shuffle order

            order[.. batch - 1]
            |> Array.map (fun index -> index, candidates.ZeroShot[index])
        |> Array.map (fun (index, value) ->
            {
                Index = index
                Value = value
                Prediction = None
            })

    /// Fits to measurements and predicts some candidates.
    let private predict options (measured: (int * float)[]) (rows: int[]) candidates =
        let known = FeatureTable.select (Array.map fst measured) candidates.Features

        let values = Array.map snd measured

        values
        |> (if options.NormalScores then NormalScores.ofValues else id)
        |> TopModel.fit options.TopModel "measured" known
        |> Result.bind (fun top ->
            TopModel.predict top (FeatureTable.select rows candidates.Features))

    let private value strategy (random: SplitMix) (prediction: Prediction) =
        match strategy with
        | Strategy.Greedy -> prediction.Mean
        | Strategy.Ucb
        | Strategy.ConstantLiar -> prediction.Mean + sqrt xi * prediction.Deviation
        | Strategy.Thompson -> prediction.Mean + prediction.Deviation * random.Normal()

    let private choose options random count measured rows candidates =
        predict options measured rows candidates
        |> Result.map (fun predictions ->
            let values = predictions |> Array.map (value options.Strategy random)

            largest random count (Array.indexed values)
            |> Array.map (fun (at, value) ->
                {
                    Index = rows[at]
                    Value = value
                    Prediction = Some predictions[at]
                }))

    /// Chooses one after another, each taken to be measured as the mean.
    let private liar options random count (measured: (int * float)[]) rows candidates =
        // Without a measurement the fit says so.
        let lie =
            if measured.Length = 0 then
                0.0
            else
                measured |> Array.averageBy snd

        let rec go left measured (rows: int[]) picks =
            if left = 0 then
                Ok(picks |> List.rev |> Array.ofList)
            else
                match choose options random 1 measured rows candidates with
                | Error error -> Error error
                | Ok picked ->
                    let pick = picked[0]

                    go
                        (left - 1)
                        (Array.append measured [| pick.Index, lie |])
                        (rows |> Array.filter ((<>) pick.Index))
                        (pick :: picks)

        go count measured rows []

    let next options round batch chosen measured candidates =
        let rows =
            [| 0 .. candidates.ZeroShot.Length - 1 |]
            |> Array.filter (fun index -> not (Set.contains index chosen))

        requirePlaces batch rows.Length
        let random = randomOf options round

        // The halves of low-N are drawn by a stream of their own.
        let options =
            { options with
                TopModel.Seed = Seed.derive options.Seed -round
            }

        match options.Strategy with
        | Strategy.ConstantLiar -> liar options random batch measured rows candidates
        | _ -> choose options random batch measured rows candidates
