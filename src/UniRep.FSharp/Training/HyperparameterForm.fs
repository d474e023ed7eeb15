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

    let private create lens range isValid value =
        {
            Value = value
            Range = range
            IsValid = lens.Get >> isValid
            IsEqual = fun first second -> lens.Get first = lens.Get second
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

    let whole least most lens =
        let range =
            if most = Int32.MaxValue then
                $"{least} or more"
            else
                $"from {least} to {most}"

        HyperparameterValue.Whole(least, most, lens.Get, lens.Set)
        |> create lens range (fun value -> value >= least && value <= most)

    let number range lens =
        HyperparameterValue.Number(range, lens.Get >> Some, lens.Set)
        |> create lens (text range) (contains range)

    /// None for a value that depends on the model.
    let optional range lens =
        HyperparameterValue.Number(range, lens.Get, Some >> lens.Set)
        |> create lens (text range) (Option.forall (contains range))

    /// None is given as 0.
    let noneIsZero range lens =
        HyperparameterValue.Number(
            range,
            lens.Get >> Option.defaultValue 0.0 >> Some,
            fun value -> lens.Set(if value = 0.0 then None else Some value)
        )
        |> create lens (text range) (Option.forall (contains range))

    /// Infinity is given as 0.
    let infinityIsZero lens =
        HyperparameterValue.Number(
            from 0.0,
            (fun options ->
                let value = lens.Get options
                Some(if Double.IsPositiveInfinity value then 0.0 else value)),
            fun value -> lens.Set(if value = 0.0 then Double.PositiveInfinity else value)
        )
        |> create lens "above 0" (fun value -> value > 0.0)

    let private bytesPerGigabyte = float (1L <<< 30)

    /// Bytes are given in GB.
    let gigabytes most lens =
        HyperparameterValue.Number(
            { from 0.0 with Most = most },
            (fun options -> Some(float (lens.Get options) / bytesPerGigabyte)),
            fun value -> lens.Set(int64 (value * bytesPerGigabyte))
        )
        |> create lens "0 or more" (fun bytes -> bytes >= 0L)

    let seed lens =
        HyperparameterValue.Seed(lens.Get, lens.Set)
        |> create lens "a whole number" (fun _ -> true)

    let switch lens =
        HyperparameterValue.Switch(lens.Get, lens.Set)
        |> create lens "true or false" (fun _ -> true)

    /// One of two values as a switch.
    let isOn on off lens =
        HyperparameterValue.Switch(
            (fun options -> lens.Get options = on),
            fun value -> lens.Set(if value then on else off)
        )
        |> create lens $"{on} or {off}" (fun value -> value = on || value = off)

    let oneOf (names: (string * 'value) list) lens =
        HyperparameterValue.Name(
            List.map fst names,
            (fun options -> names |> List.find (fun (_, value) -> value = lens.Get options) |> fst),
            fun name -> lens.Set(names |> List.find (fst >> (=) name) |> snd)
        )
        |> create lens (names |> List.map fst |> String.concat ", ") (fun value ->
            List.exists (snd >> (=) value) names)
