namespace UniRep

[<Measure>]
type embed
