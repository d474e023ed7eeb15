namespace UniRep

type IError =
    abstract Message: string
