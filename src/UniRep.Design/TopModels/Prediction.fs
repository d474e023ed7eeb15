namespace UniRep.Design

[<Struct>]
type Prediction = { Mean: float; Deviation: float }
