namespace UniRep.Design

open System
open UniRep
open UniRep.IO

type FeatureRequest =
    {
        Kind: FeatureKind
        Likelihood: bool
    }

    member this.NeedsModel = this.Kind <> FeatureKind.OneHot || this.Likelihood

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FeatureRequest =
    let kinds =
        [
            FeatureKind.Vector Pool.Average
            FeatureKind.Vector Pool.Final
            FeatureKind.Vector Pool.Cell
            FeatureKind.Vector Pool.Fusion
            FeatureKind.OneHot
        ]

    let ofModel (model: TopModel) =
        {
            Kind = model.Source.Kind
            Likelihood =
                model.Source.Density
                |> Option.exists (fun name -> name.StartsWith("lm ", StringComparison.Ordinal))
        }

    let private needed model =
        match model with
        | Some model -> model
        | None -> invalidArg (nameof model) "these features need a model"

    let private addLikelihood options request model sequences table =
        if request.Likelihood then
            let model = needed model
            let scores = (Scorer.languageModel model).Score options sequences
            FeatureTable.withLikelihood model scores table
        else
            table

    let compute options request model (sequences: Sequence[]) =
        match request.Kind with
        | FeatureKind.Vector pool -> FeatureTable.represent options pool (needed model) sequences
        | FeatureKind.OneHot -> FeatureTable.oneHot sequences
        |> addLikelihood options request model sequences

    let predict options (top: TopModel) model sequences =
        let request = ofModel top

        match request.Kind with
        | FeatureKind.Vector _ ->
            Ok(compute options { request with Likelihood = false } model sequences)
        | FeatureKind.OneHot ->
            let positions = top.Source.Width / 20

            FeatureTable.oneHotOf positions sequences
            |> Result.mapError (fun row -> TopModelError.TooLong(row, positions))
        |> Result.bind (addLikelihood options request model sequences >> TopModel.predict top)
