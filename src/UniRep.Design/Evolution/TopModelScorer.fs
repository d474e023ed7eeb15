namespace UniRep.Design

open UniRep

[<RequireQualifiedAccess>]
module TopModelScorer =
    /// The features that the cache gives for the kind of a top model.
    let private foundFor (top: TopModel) (model: Model) : FeatureSource =
        let density =
            top.Source.Density |> Option.map (fun _ -> FeatureTable.likelihoodOf model)

        match top.Source.Kind with
        | FeatureKind.OneHot -> { top.Source with Density = density }
        | FeatureKind.Vector _ ->
            { top.Source with
                Fingerprint = Some model.Fingerprint
                Model = Some model.Card.Name
                Density = density
            }

    let private features (top: TopModel) model (cache: PrefixCache) run (sequences: Sequence[]) =
        let table =
            match top.Source.Kind with
            | FeatureKind.Vector pool ->
                cache.Represent(run, sequences)
                |> Array.map (FeatureTable.vectorOf pool)
                |> FeatureTable.ofVectors pool model
            | FeatureKind.OneHot ->
                let positions = top.Source.Width / 20

                match FeatureTable.oneHotOf positions sequences with
                | Ok table -> table
                | Error row -> Throw.error (TopModelError.TooLong(row, positions))

        match top.Source.Density with
        | None -> table
        | Some _ ->
            let likelihoods = (PrefixCache.languageModel cache).Score run sequences
            FeatureTable.withLikelihood model likelihoods table

    let make (top: TopModel) model cache =
        let found = foundFor top model

        if found.Density <> top.Source.Density then
            Error(TopModelError.OtherFeatures(top.Source, found))
        elif found.Fingerprint <> top.Source.Fingerprint then
            Error(TopModelError.OtherWeights(top.Source, found))
        else
            Ok
                {
                    Name = top.Target
                    Score =
                        fun run sequences ->
                            features top model cache run sequences
                            |> TopModel.means top
                            |> Result.orRaise
                }
