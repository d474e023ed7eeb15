namespace UniRep.Design

open System

[<Sealed>]
type TopModel
    internal (options: TopModelOptions, target: string, source: FeatureSource, rows: int, fit: IFit)
    =
    member _.Options = options
    member _.Target = target
    member _.Source = source
    member _.Rows = rows
    member _.Noise = fit.Noise
    member _.Facts = fit.Facts
    member internal _.Fit = fit

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TopModel =
    let private leastRows (table: FeatureTable) = if table.Density.IsSome then 4 else 3

    let private checkOptions (options: TopModelOptions) =
        let isPenalty value = Double.IsFinite value && value > 0.0

        if options.Penalties.Length = 0 || not (Array.forall isPenalty options.Penalties) then
            invalidArg (nameof options) "penalties are positive numbers, at least one"

        if options.Folds < 2 then
            invalidArg (nameof options) "a cross-validation has at least two parts"

        if options.Members < 2 then
            invalidArg (nameof options) "an ensemble has at least two members"

    /// The first row with a feature that is no finite number.
    let private badRow (table: FeatureTable) =
        seq { 0 .. table.Count - 1 }
        |> Seq.tryFind (fun row -> not (Array.forall Single.IsFinite (table.Row row)))

    let private checkValues (table: FeatureTable) (values: float[]) =
        let least = leastRows table

        if values.Length < least then
            Error(TopModelError.TooFewRows(values.Length, least))
        else
            match values |> Array.tryFindIndex (Double.IsFinite >> not), badRow table with
            | Some row, _ -> Error(TopModelError.TargetNotFinite row)
            | None, Some row -> Error(TopModelError.FeatureNotFinite row)
            | None, None when Array.forall ((=) values[0]) values ->
                Error(TopModelError.AllEqual values[0])
            | None, None -> Ok()

    let private fitAs
        (options: TopModelOptions)
        table
        (values: float[])
        : Result<IFit, TopModelError> =
        let upTo most (fit: unit -> IFit) =
            if values.Length > most then
                Error(TopModelError.TooManyRows(options.Method.Name, values.Length, most))
            else
                Ok(fit ())

        match options.Method with
        | TopModelMethod.Ridge -> Ok((RidgeFit.fit options.Penalties table values).AsFit)
        | TopModelMethod.LowN -> upTo LowN.most (fun () -> (LowN.fit options table values).AsFit)
        | TopModelMethod.Lasso -> upTo Lasso.most (fun () -> (Lasso.fit options table values).AsFit)
        | TopModelMethod.Logistic ->
            match Array.distinct values with
            | [| _; _ |] -> upTo Logistic.most (fun () -> (Logistic.fit options table values).AsFit)
            | classes -> Error(TopModelError.NotTwoClasses classes.Length)
        | TopModelMethod.GaussianProcess ->
            upTo GaussianProcessFit.most (fun () -> (GaussianProcessFit.fit table values).AsFit)

    let private checkAll options (features: FeatureTable) (values: float[]) =
        if values.Length <> features.Count then
            invalidArg (nameof values) $"{values.Length} values of {features.Count} rows"

        checkOptions options
        checkValues features values

    let fit options target (features: FeatureTable) (values: float[]) =
        checkAll options features values
        |> Result.bind (fun () -> fitAs options features values)
        |> Result.map (fun fit -> TopModel(options, target, features.Source, values.Length, fit))

    let ridgePath penalties target (features: FeatureTable) (values: float[]) =
        let optionsOf penalties =
            { TopModelOptions.usual TopModelMethod.Ridge with
                Penalties = penalties
            }

        checkAll (optionsOf penalties) features values
        |> Result.map (fun () ->
            RidgeFit.path penalties features values
            |> Array.map (fun fit ->
                TopModel(
                    optionsOf [| fit.Penalty |],
                    target,
                    features.Source,
                    values.Length,
                    fit.AsFit
                )))

    /// Whether two sources give the same features; the names of models do not matter.
    let private check (expected: FeatureSource) (table: FeatureTable) =
        let found = table.Source

        if { expected with Model = None } = { found with Model = None } then
            match badRow table with
            | Some row -> Error(TopModelError.FeatureNotFinite row)
            | None -> Ok()
        elif expected.Kind = found.Kind && expected.Fingerprint <> found.Fingerprint then
            Error(TopModelError.OtherWeights(expected, found))
        else
            Error(TopModelError.OtherFeatures(expected, found))

    let predict (model: TopModel) features =
        check model.Source features |> Result.map (fun () -> model.Fit.Predict features)

    let means (model: TopModel) features =
        check model.Source features |> Result.map (fun () -> model.Fit.Means features)

    let save path (model: TopModel) =
        TopModelFile.save
            path
            {
                Method = model.Options.Method
                Target = model.Target
                Rows = model.Rows
                Source = model.Source
                Options = model.Options
                Arrays = model.Fit.Arrays
            }

    let private fitOf content : IFit =
        let arrays = content.Arrays |> Seq.map (fun array -> array.Name, array) |> Map.ofSeq

        let width = content.Source.Width

        match content.Method with
        | TopModelMethod.Ridge -> (RidgeFit.ofArrays width arrays).AsFit
        | TopModelMethod.LowN -> (LinearEnsemble.ofArrays LowN.facts width arrays).AsFit
        | TopModelMethod.Lasso -> (LinearEnsemble.ofArrays Lasso.facts width arrays).AsFit
        | TopModelMethod.Logistic -> (LinearEnsemble.ofArrays Logistic.facts width arrays).AsFit
        | TopModelMethod.GaussianProcess -> (GaussianProcessFit.ofArrays width arrays).AsFit

    let load path =
        TopModelFile.load path (fun content ->
            TopModel(content.Options, content.Target, content.Source, content.Rows, fitOf content))
