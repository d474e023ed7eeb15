namespace UniRep.Design

/// The path of the lasso by least-angle regression (Efron et al. 2004): coefficients are linear between its knots.
type internal LarsPath =
    {
        /// Largest correlation of a column with the residuals, divided by the number of rows, from the largest to the smallest.
        Penalties: float[]
        /// The coefficients at each knot, `[knots, features]`.
        Coefficients: float[][]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal LarsPath =
    let private mostSteps = 500

    /// The columns in use, their signs, and the factor of the matrix of their products.
    type private Active(columns: float[][]) =
        let indices = ResizeArray<int>()
        let mutable factor = ResizeArray<float[]>()

        let products column =
            [|
                for index in indices do
                    Products.dot columns[index] columns[column]

                Products.dot columns[column] columns[column]
            |]

        member _.Indices = indices

        /// Adds a column; false if it depends on those in use.
        member _.TryAdd column =
            match Cholesky.nextRow factor (products column) with
            | Some row when row[row.Length - 1] > 1e-7 ->
                factor.Add row
                indices.Add column
                true
            | _ -> false

        member _.Remove column =
            let rest = indices |> Seq.filter ((<>) column) |> Seq.toArray
            indices.Clear()
            factor <- ResizeArray()

            for column in rest do
                Cholesky.nextRow factor (products column) |> Option.iter factor.Add
                indices.Add column

        member _.Solve(signs: float[]) = Cholesky.solve (factor.ToArray()) signs

    /// How far until an inactive column is as correlated as the active ones.
    let private nextEntry (isOut: int -> bool) (correlations: float[]) (slopes: float[]) largest =
        let mutable nearest = largest

        for k in 0 .. correlations.Length - 1 do
            if not (isOut k) then
                let upper = (largest - correlations[k]) / (1.0 - slopes[k])
                let lower = (largest + correlations[k]) / (1.0 + slopes[k])

                if upper > 1e-14 && upper < nearest then
                    nearest <- upper

                if lower > 1e-14 && lower < nearest then
                    nearest <- lower

        nearest

    /// How far until a coefficient becomes zero, and which.
    let private nextZero (active: Active) (coefficients: float[]) (direction: float[]) =
        let mutable nearest = infinity
        let mutable which = -1

        for at in 0 .. direction.Length - 1 do
            let distance = -coefficients[active.Indices[at]] / direction[at]

            if distance > 1e-14 && distance < nearest then
                nearest <- distance
                which <- active.Indices[at]

        struct (nearest, which)

    /// Follows the path of centred columns `[features, rows]` and targets, until so many rows are fitted exactly.
    let follow freedom (columns: float[][]) (targets: float[]) =
        let rows = float targets.Length
        let coefficients = Array.zeroCreate<float> columns.Length
        let residuals = Array.copy targets
        let active = Active columns
        let excluded = System.Collections.Generic.HashSet<int>()
        let knots = ResizeArray<struct (float * float[])>()
        let isActive k = active.Indices.Contains k

        let keep largest =
            knots.Add(struct (largest / rows, Array.copy coefficients))

        let rec step remaining dropped start =
            let correlations = Products.timesVector columns residuals

            let largestOf isCandidate =
                let mutable best = -1

                for k in 0 .. correlations.Length - 1 do
                    if
                        isCandidate k && (best < 0 || abs correlations[k] > abs correlations[best])
                    then
                        best <- k

                best

            let top =
                if active.Indices.Count > 0 then
                    abs correlations[active.Indices[0]]
                else
                    let best = largestOf (fun _ -> true)
                    if best < 0 then 0.0 else abs correlations[best]

            keep top
            let start = if start < 0.0 then top else start

            if top > 1e-10 * start && remaining > 0 then
                let mayAdd = active.Indices.Count < min freedom columns.Length

                if dropped < 0 && mayAdd then
                    let best = largestOf (fun k -> not (isActive k || excluded.Contains k))

                    if best >= 0 && not (active.TryAdd best) then
                        excluded.Add best |> ignore

                if active.Indices.Count > 0 then
                    let signs =
                        active.Indices
                        |> Seq.map (fun k -> float (sign correlations[k]))
                        |> Seq.toArray

                    let direction = active.Solve signs
                    let fitted = Array.zeroCreate<float> residuals.Length

                    direction
                    |> Array.iteri (fun at weight ->
                        Products.addScaled weight columns[active.Indices[at]] fitted)

                    let slopes = Products.timesVector columns fitted

                    let entry =
                        if active.Indices.Count < min freedom columns.Length then
                            let isOut k =
                                isActive k || k = dropped || excluded.Contains k

                            nextEntry isOut correlations slopes top
                        else
                            top

                    let struct (zero, leaving) = nextZero active coefficients direction
                    let length = min entry zero

                    direction
                    |> Array.iteri (fun at weight ->
                        let k = active.Indices[at]
                        coefficients[k] <- coefficients[k] + length * weight)

                    Products.addScaled -length fitted residuals

                    if zero < entry then
                        coefficients[leaving] <- 0.0
                        active.Remove leaving
                        step (remaining - 1) leaving start
                    elif length >= top * (1.0 - 1e-12) then
                        keep 0.0
                    else
                        step (remaining - 1) -1 start

        step mostSteps -1 -1.0

        {
            Penalties = knots |> Seq.map (fun struct (penalty, _) -> penalty) |> Seq.toArray
            Coefficients = knots |> Seq.map (fun struct (_, values) -> values) |> Seq.toArray
        }

    /// The knots around a penalty and the share of the second.
    let between penalty path =
        let last = path.Penalties.Length - 1

        match path.Penalties |> Array.tryFindIndex (fun knot -> knot <= penalty) with
        | None -> struct (last, last, 0.0)
        | Some 0 -> struct (0, 0, 0.0)
        | Some at ->
            let above, below = path.Penalties[at - 1], path.Penalties[at]
            struct (at - 1, at, (above - penalty) / (above - below))

    /// The coefficients for a penalty.
    let at penalty path =
        let struct (above, below, share) = between penalty path

        Array.map2
            (fun above below -> above + share * (below - above))
            path.Coefficients[above]
            path.Coefficients[below]
