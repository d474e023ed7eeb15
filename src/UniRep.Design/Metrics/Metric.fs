namespace UniRep.Design

open System
open UniRep.Training

type Metric =
    {
        Name: string
        Of: float[] -> float[] -> Result<float, MetricError>
    }

type Interval =
    {
        Value: float
        Low: float
        High: float
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Metric =
    /// A metric that is asked for finite numbers only, as many of both, and at least so many.
    let private make name least (compute: float[] -> float[] -> Result<float, MetricError>) =
        let check what values =
            match values |> Array.tryFindIndex (Double.IsFinite >> not) with
            | Some row -> Error(MetricError.NotFinite(name, what, row))
            | None -> Ok()

        {
            Name = name
            Of =
                fun measured predicted ->
                    if measured.Length <> predicted.Length then
                        invalidArg
                            (nameof predicted)
                            $"{measured.Length} measurements, {predicted.Length} predictions"

                    if measured.Length < least then
                        Error(MetricError.TooFew(name, measured.Length, least))
                    else
                        check "measurements" measured
                        |> Result.bind (fun () -> check "predictions" predicted)
                        |> Result.bind (fun () -> compute measured predicted)
        }

    let private isConstant (values: float[]) = Array.forall ((=) values[0]) values

    let private unlessConstant name (measured: float[]) (predicted: float[]) compute =
        if isConstant measured then
            Error(MetricError.Constant(name, "measurements"))
        elif isConstant predicted then
            Error(MetricError.Constant(name, "predictions"))
        else
            Ok(compute ())

    /// The runs of equal values of a sorted array, as first and last index.
    let private runs (sorted: float[]) =
        [|
            let mutable first = 0

            for at in 1 .. sorted.Length do
                if at = sorted.Length || sorted[at] <> sorted[first] then
                    struct (first, at - 1)
                    first <- at
        |]

    let ranks (values: float[]) =
        let order = [| 0 .. values.Length - 1 |] |> Array.sortBy (fun at -> values[at])
        let ranks = Array.zeroCreate<float> values.Length

        for struct (first, last) in runs (Array.map (Array.get values) order) do
            for at in first..last do
                ranks[order[at]] <- float (first + last) / 2.0 + 1.0

        ranks

    let private correlation (left: float[]) (right: float[]) =
        let meanLeft, meanRight = Array.average left, Array.average right
        let mutable product, squareLeft, squareRight = 0.0, 0.0, 0.0

        for at in 0 .. left.Length - 1 do
            let x, y = left[at] - meanLeft, right[at] - meanRight
            product <- product + x * y
            squareLeft <- squareLeft + x * x
            squareRight <- squareRight + y * y

        product / (sqrt squareLeft * sqrt squareRight) |> max -1.0 |> min 1.0

    let pearson =
        make "pearson" 2 (fun measured predicted ->
            unlessConstant "pearson" measured predicted (fun () -> correlation measured predicted))

    let spearman =
        make "spearman" 2 (fun measured predicted ->
            unlessConstant "spearman" measured predicted (fun () ->
                correlation (ranks measured) (ranks predicted)))

    let private squaredErrors (measured: float[]) (predicted: float[]) =
        Array.map2 (fun m p -> (m - p) * (m - p)) measured predicted |> Array.sum

    let r2 =
        make "r2" 2 (fun measured predicted ->
            if isConstant measured then
                Error(MetricError.Constant("r2", "measurements"))
            else
                let mean = Array.average measured
                let whole = measured |> Array.sumBy (fun m -> (m - mean) * (m - mean))
                Ok(1.0 - squaredErrors measured predicted / whole))

    let rmse =
        make "rmse" 1 (fun measured predicted ->
            Ok(sqrt (squaredErrors measured predicted / float measured.Length)))

    let private discount rank = 1.0 / Math.Log2(float rank + 1.0)

    /// The indices in falling order; of equal values the first comes first.
    let private falling (values: float[]) =
        [| 0 .. values.Length - 1 |]
        |> Array.sortBy (fun at -> struct (-values[at], at))

    let private sumOfTop k (gains: float[]) order =
        order
        |> Seq.truncate k
        |> Seq.mapi (fun at row -> gains[row] * discount (at + 1))
        |> Seq.sum

    let proteinGymNdcg =
        let name = "proteingym-ndcg"

        make name 10 (fun measured predicted ->
            unlessConstant name measured predicted (fun () ->
                let least, most = Array.min measured, Array.max measured
                let gains = measured |> Array.map (fun m -> (m - least) / (most - least))
                let k = int (floor (0.1 * float measured.Length))
                sumOfTop k gains (falling predicted) / sumOfTop k gains (falling gains)))

    let sklearnNdcg k =
        let name =
            match k with
            | Some k -> $"sklearn-ndcg@{k}"
            | None -> "sklearn-ndcg"

        make name 2 (fun measured predicted ->
            match measured |> Array.tryFindIndex (fun m -> m < 0.0) with
            | Some row -> Error(MetricError.Negative(name, row))
            | None when Array.forall ((=) 0.0) measured ->
                Error(MetricError.Constant(name, "measurements"))
            | None ->
                let last = defaultArg k measured.Length |> min measured.Length

                let weight rank =
                    if rank <= last then discount rank else 0.0

                let order = falling predicted
                let sorted = order |> Array.map (fun row -> -predicted[row])

                let found =
                    runs sorted
                    |> Array.sumBy (fun struct (first, last) ->
                        let gain = order[first..last] |> Array.averageBy (Array.get measured)
                        gain * Seq.sumBy (fun at -> weight (at + 1)) (seq { first..last }))

                let best =
                    falling measured
                    |> Seq.mapi (fun at row -> measured[row] * weight (at + 1))
                    |> Seq.sum

                Ok(found / best))

    /// The value below which a share of all lies, with linear interpolation.
    let private percentile share (values: float[]) =
        let sorted = Array.sort values
        let at = share * float (sorted.Length - 1)
        let below = int (floor at)
        let above = min (below + 1) (sorted.Length - 1)
        sorted[below] + (at - float below) * (sorted[above] - sorted[below])

    let median values =
        if Array.isEmpty values then
            invalidArg (nameof values) "there is no value"

        percentile 0.5 values

    let topRecall =
        make "top-recall" 2 (fun measured predicted ->
            let isTop (values: float[]) =
                let cut = percentile 0.9 values
                values |> Array.map (fun value -> value >= cut)

            unlessConstant "top-recall" measured predicted (fun () ->
                let measuredTop = isTop measured
                let both = Array.map2 (&&) measuredTop (isTop predicted)
                let count = Array.filter id >> Array.length
                float (count both) / float (count measuredTop)))

    let private classes name cut (measured: float[]) compute =
        let classes = measured |> Array.map (fun m -> m >= cut)

        if Array.forall ((=) classes[0]) classes then
            Error(MetricError.OneClass name)
        else
            compute classes

    let mcc cut =
        make "mcc" 2 (fun measured predicted ->
            classes "mcc" cut measured (fun classes ->
                if isConstant predicted then
                    Error(MetricError.Constant("mcc", "predictions"))
                else
                    let middle = median predicted
                    let called = predicted |> Array.map (fun p -> p >= middle)
                    let number x = if x then 1.0 else 0.0

                    if Array.forall id called then
                        Ok 0.0
                    else
                        Ok(correlation (Array.map number classes) (Array.map number called))))

    let auc cut =
        make "auc" 2 (fun measured predicted ->
            classes "auc" cut measured (fun classes ->
                let ranks = ranks predicted
                let positive = classes |> Seq.filter id |> Seq.length |> float
                let negative = float classes.Length - positive

                let sum =
                    Array.map2 (fun isOne rank -> if isOne then rank else 0.0) classes ranks
                    |> Array.sum

                Ok((sum - positive * (positive + 1.0) / 2.0) / (positive * negative))))

    let all = [ spearman; pearson; r2; rmse; proteinGymNdcg; topRecall ]

    let bootstrap level samples seed metric (measured: float[]) (predicted: float[]) =
        if not (level > 0.0 && level < 1.0) then
            invalidArg (nameof level) "a level is between 0 and 1"

        if samples < 1 then
            invalidArg (nameof samples) "at least one sample is needed"

        metric.Of measured predicted
        |> Result.bind (fun value ->
            let random = SplitMix seed

            let values =
                Array.init samples (fun _ ->
                    let rows = Array.init measured.Length (fun _ -> random.Below measured.Length)

                    metric.Of
                        (rows |> Array.map (Array.get measured))
                        (rows |> Array.map (Array.get predicted)))
                |> Array.choose Result.toOption

            if 2 * values.Length < samples then
                Error(MetricError.NoInterval(metric.Name, samples - values.Length, samples))
            else
                Ok
                    {
                        Value = value
                        Low = percentile ((1.0 - level) / 2.0) values
                        High = percentile ((1.0 + level) / 2.0) values
                    })
