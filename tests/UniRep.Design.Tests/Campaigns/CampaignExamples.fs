/// What tests of choosing plates share.
module UniRep.Design.Tests.CampaignExamples

open UniRep
open UniRep.Design
open UniRep.IO
open UniRep.Training

/// 200 candidates of three features; what is true of them is a line through the features, the zero-shot score a worse one.
let features, zeroShot, truth =
    let random = SplitMix 5UL

    let rows =
        Array.init 200 (fun _ -> Array.init 3 (fun _ -> float32 (random.Normal())))

    let source: FeatureSource =
        {
            Kind = FeatureKind.Vector Pool.Average
            Width = 3
            Fingerprint = Some "abc"
            Model = Some "toy"
            Density = None
        }

    FeatureTable.ofRows source rows,
    rows |> Array.map (fun row -> float row[0]),
    rows |> Array.map (fun row -> float row[0] + 2.0 * float row[1])

let candidates =
    {
        Features = features
        ZeroShot = zeroShot
    }

/// Ridge on the features as they are, so that figures can be said beforehand.
let options =
    { Campaign.usual with
        First = FirstRound.ZeroShot
        Strategy = Strategy.Ucb
        TopModel = TopModelOptions.usual TopModelMethod.Ridge
        Components = 0
        NormalScores = false
        WarmStart = true
        Seed = 4UL
    }

let indices (picks: Pick[]) = picks |> Array.map _.Index

/// The candidates with the highest values, the highest first.
let rank (values: float[]) count =
    values
    |> Array.indexed
    |> Array.sortByDescending snd
    |> Array.truncate count
    |> Array.map fst

/// What is measured of the first 20 candidates.
let measured = [| 0..19 |] |> Array.map (fun index -> index, truth[index])

/// Chooses 8 of the 180 others in the second round.
let next strategy =
    Campaign.next
        { options with
            Strategy = strategy
            WarmStart = false
        }
        2
        8
        (set [ 0..19 ])
        measured
        candidates
    |> Result.orRaise
