namespace UniRep

type IError =
    abstract Message: string

type internal IWrapper =
    abstract Inner: IError
