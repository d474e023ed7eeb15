namespace UniRep.Design

/// Linear functions whose spread is the standard deviation of what they say.
type internal LinearEnsemble =
    {
        /// Gives the means.
        Linear: Linear
        /// The weights of each member, `[members, features]`.
        Weights: float[][]
        /// Intercept and density weight of each member, `[members, 2]`.
        Constants: float[][]
        /// What the spread of the members is multiplied with.
        Factor: float
        /// Whether the functions give log-odds; then predictions are probabilities.
        IsLogistic: bool
        Noise: float
        Facts: (string * float) list
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal LinearEnsemble =
    /// The probability of log-odds.
    let probability (odds: float) = 1.0 / (1.0 + exp -odds)

    let private link ensemble value =
        if ensemble.IsLogistic then probability value else value

    let make linear (members: Linear[]) factor isLogistic noise facts =
        {
            Linear = linear
            Weights = members |> Array.map _.Weights
            Constants = members |> Array.map (fun each -> [| each.Intercept; each.DensityWeight |])
            Factor = factor
            IsLogistic = isLogistic
            Noise = noise
            Facts = facts
        }

    /// The mean of linear functions.
    let average (members: Linear[]) =
        let count = float members.Length
        let weights = Array.zeroCreate<float> members[0].Weights.Length

        for each in members do
            Products.addScaled (1.0 / count) each.Weights weights

        {
            Intercept = (members |> Array.sumBy _.Intercept) / count
            Weights = weights
            DensityWeight = (members |> Array.sumBy _.DensityWeight) / count
        }

    let means ensemble table =
        Linear.values ensemble.Linear table |> Array.map (link ensemble)

    let private deviation ensemble (table: FeatureTable) index =
        let features = table.Row index

        let density =
            match table.Density with
            | Some values -> values[index]
            | None -> 0.0

        let values =
            Array.map2
                (fun weights (constants: float[]) ->
                    constants[0] + Products.dotSingles features weights + constants[1] * density
                    |> link ensemble)
                ensemble.Weights
                ensemble.Constants

        let mean = Array.average values

        let square =
            values |> Array.averageBy (fun value -> (value - mean) * (value - mean))

        ensemble.Factor * sqrt square

    let predict ensemble (table: FeatureTable) =
        let deviations = Array.Parallel.init table.Count (deviation ensemble table)

        Array.map2
            (fun mean deviation -> { Mean = mean; Deviation = deviation })
            (means ensemble table)
            deviations

    let arrays ensemble =
        [
            yield! Linear.arrays ensemble.Linear
            NamedArray.matrix "members.weights" ensemble.Linear.Weights.Length ensemble.Weights
            NamedArray.matrix "members.constants" 2 ensemble.Constants
            NamedArray.vector
                "members"
                [|
                    ensemble.Factor
                    (if ensemble.IsLogistic then 1.0 else 0.0)
                    ensemble.Noise
                |]
            NamedArray.vector "facts" (ensemble.Facts |> Seq.map snd |> Seq.toArray)
        ]

    let ofArrays (facts: string list) width arrays =
        let numbers = NamedArray.toVector "members" 3 arrays
        let weights = NamedArray.toRows "members.weights" width arrays
        let constants = NamedArray.toRows "members.constants" 2 arrays

        if weights.Length <> constants.Length || weights.Length = 0 then
            raise (NamedArray.Wrong $"{weights.Length} members, {constants.Length} constants")

        {
            Linear = Linear.ofArrays width arrays
            Weights = weights
            Constants = constants
            Factor = numbers[0]
            IsLogistic = numbers[1] <> 0.0
            Noise = numbers[2]
            Facts =
                NamedArray.toVector "facts" facts.Length arrays
                |> List.ofArray
                |> List.zip facts
        }

type internal LinearEnsemble with
    member ensemble.AsFit =
        { new IFit with
            member _.Means table = LinearEnsemble.means ensemble table
            member _.Predict table = LinearEnsemble.predict ensemble table
            member _.Noise = ensemble.Noise
            member _.Facts = ensemble.Facts
            member _.Arrays = LinearEnsemble.arrays ensemble
        }
