namespace UniRep

type Rep =
    {
        Average: float32[]
        Final: float32[]
        Cell: float32[]
    }

[<RequireQualifiedAccess>]
module Rep =
    let fusion rep =
        Array.concat [ rep.Average; rep.Final; rep.Cell ]
