namespace UniRep.Training

open System

/// The values of a field, whatever its type.
type internal HyperparameterForm =
    {
        Value: HyperparameterValue
        /// The values that are valid, for messages.
        Range: string
        IsValid: TrainingOptions -> bool
        IsEqual: TrainingOptions -> TrainingOptions -> bool
    }

/// Gets and sets a field of training options.
type internal OptionField<'value> =
    {
        Get: TrainingOptions -> 'value
        Set: 'value -> TrainingOptions -> TrainingOptions
    }

/// Fields of options as hyper-parameters.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal HyperparameterForm =
    let field (get: TrainingOptions -> 'value) (set: 'value -> TrainingOptions -> TrainingOptions) =
        { Get = get; Set = set }

    let private create option range isValid value =
        {
            Value = value
            Range = range
            IsValid = option.Get >> isValid
            IsEqual = fun first second -> option.Get first = option.Get second
        }

    let private contains range value =
        (if range.ExcludesLeast then
             value > range.Least
         else
             value >= range.Least)
        && (if range.ExcludesMost then
                value < range.Most
            else
                value <= range.Most)
        && Double.IsFinite value

    let private text range =
        match range with
        | {
              Most = Double.MaxValue
              ExcludesLeast = true
          } -> $"above {range.Least}"
        | { Most = Double.MaxValue } -> $"{range.Least} or more"
        | { ExcludesMost = true } -> $"from {range.Least} to below {range.Most}"
        | _ -> $"from {range.Least} to {range.Most}"

    let from least =
        {
            Least = least
            Most = Double.MaxValue
            ExcludesLeast = false
            ExcludesMost = false
        }

    let above least =
        { from least with ExcludesLeast = true }

    let below least most =
        { from least with
            Most = most
            ExcludesMost = true
        }

    let whole least most option =
        let range =
            if most = Int32.MaxValue then
                $"{least} or more"
            else
                $"from {least} to {most}"

        HyperparameterValue.Whole(least, most, option.Get, option.Set)
        |> create option range (fun value -> value >= least && value <= most)

    let number range option =
        HyperparameterValue.Number(range, option.Get >> Some, option.Set)
        |> create option (text range) (contains range)

    /// None for a value that depends on the model.
    let optional range option =
        HyperparameterValue.Number(range, option.Get, Some >> option.Set)
        |> create option (text range) (Option.forall (contains range))

    /// None is given as 0.
    let noneIsZero range option =
        HyperparameterValue.Number(
            range,
            option.Get >> Option.defaultValue 0.0 >> Some,
            fun value -> option.Set(if value = 0.0 then None else Some value)
        )
        |> create option (text range) (Option.forall (contains range))

    /// Infinity is given as 0.
    let infinityIsZero option =
        HyperparameterValue.Number(
            from 0.0,
            (fun options ->
                let value = option.Get options
                Some(if Double.IsPositiveInfinity value then 0.0 else value)),
            fun value -> option.Set(if value = 0.0 then Double.PositiveInfinity else value)
        )
        |> create option "above 0" (fun value -> value > 0.0)

    let private bytesPerGigabyte = float (1L <<< 30)

    /// Bytes are given in GB.
    let gigabytes most option =
        HyperparameterValue.Number(
            { from 0.0 with Most = most },
            (fun options -> Some(float (option.Get options) / bytesPerGigabyte)),
            fun value -> option.Set(int64 (value * bytesPerGigabyte))
        )
        |> create option "0 or more" (fun bytes -> bytes >= 0L)

    let seed option =
        HyperparameterValue.Seed(option.Get, option.Set)
        |> create option "a whole number" (fun _ -> true)

    let switch option =
        HyperparameterValue.Switch(option.Get, option.Set)
        |> create option "true or false" (fun _ -> true)

    /// One of two values as a switch.
    let isOn on off option =
        HyperparameterValue.Switch(
            (fun options -> option.Get options = on),
            fun value -> option.Set(if value then on else off)
        )
        |> create option "true or false" (fun value -> value = on || value = off)

    let oneOf (names: (string * 'value) list) option =
        HyperparameterValue.Name(
            List.map fst names,
            (fun options ->
                names |> List.find (fun (_, value) -> value = option.Get options) |> fst),
            fun name -> option.Set(names |> List.find (fst >> (=) name) |> snd)
        )
        |> create option (names |> List.map fst |> String.concat ", ") (fun value ->
            List.exists (snd >> (=) value) names)
