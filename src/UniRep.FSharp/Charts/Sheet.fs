namespace UniRep.Charts

open System

/// What is to be drawn.
type internal Sheet =
    {
        Title: string
        X: Axis
        Y: Axis
        Mark: Mark
        Width: int
        Height: int
    }

/// Values of several groups counted in the same bins.
type internal Bins =
    {
        /// One edge more than there are bins.
        Edges: float[]
        Counts: (string * int[]) list
    }

/// What both ways of drawing a chart have in common.
[<RequireQualifiedAccess>]
module internal Sheet =
    /// The points of a series that have a place, in their order, with what each is called.
    let points (series: Series) =
        [
            for at in 0 .. (min series.X.Length series.Y.Length) - 1 do
                let label = if at < series.Labels.Length then series.Labels[at] else ""
                struct (series.X[at], series.Y[at], label)
        ]

    let isDrawn struct (x: float, y: float, _: string) = Double.IsFinite x && Double.IsFinite y

    let bins count (groups: (string * float[]) list) =
        let groups =
            groups
            |> List.map (fun (name, values) -> name, Array.filter Double.IsFinite values)

        let all = groups |> List.toArray |> Array.collect snd

        let low, high =
            if all.Length = 0 then
                0.0, 1.0
            else
                Array.min all, Array.max all

        let low, high = if high > low then low, high else low - 0.5, high + 0.5
        let count = max 1 count

        {
            Edges =
                Array.init (count + 1) (fun edge -> low + (high - low) * float edge / float count)
            Counts =
                groups
                |> List.map (fun (name, values) ->
                    let counts = Array.zeroCreate count

                    for value in values do
                        let bin = int ((value - low) / (high - low) * float count)
                        let bin = Math.Clamp(bin, 0, count - 1)
                        counts[bin] <- counts[bin] + 1

                    name, counts)
        }

    /// The values that the two ends of a heat map's colours stand for.
    let colourRange colours (values: float[,]) =
        let finite = values |> Seq.cast<float> |> Seq.filter Double.IsFinite |> Array.ofSeq

        let low, high =
            if finite.Length = 0 then
                0.0, 1.0
            else
                Array.min finite, Array.max finite

        match colours with
        | Diverging ->
            let reach = max (abs low) (abs high)
            let reach = if reach = 0.0 then 1.0 else reach
            -reach, reach
        | Sequential when low = high -> low - 0.5, high + 0.5
        | Sequential -> low, high

    /// A value as it is told on hovering.
    let value (value: float) =
        value.ToString("G5", Globalization.CultureInfo.InvariantCulture)
