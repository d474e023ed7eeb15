namespace UniRep.Charts

open UniRep

[<RequireQualifiedAccess>]
type Scale =
    | Linear
    | Logarithmic

type Axis = { Title: string; Scale: Scale }

type Series =
    {
        Name: string
        X: float[]
        Y: float[]
        Labels: string[]
    }

type Bar =
    {
        Label: string
        Value: float
        Interval: (float * float) option
    }

[<RequireQualifiedAccess>]
type Colours =
    | Sequential
    | Diverging

[<RequireQualifiedAccess>]
type Mark =
    | Lines of Series list
    | Points of Series list
    | Bars of Bar list
    | HeatMap of
        values: float[,] *
        rows: string[] *
        columns: string[] *
        colours: Colours *
        legend: string
    | Histogram of groups: (string * float[]) list * bins: int
