namespace UniRep.Testing

open System
open System.Text.RegularExpressions
open System.Threading.Tasks
open Microsoft.Testing.Platform.CommandLine
open Microsoft.Testing.Platform.Extensions
open Microsoft.Testing.Platform.Extensions.CommandLine

/// The options that choose tests by their names: `--filter PATTERN...` and `--filter-not PATTERN...`. A pattern is a part of
/// the full name; `*` stands for any text.
[<RequireQualifiedAccess>]
module internal TestFilter =
    let private only = "filter"
    let private without = "filter-not"

    /// Tells whether a pattern is a part of a name.
    let isPartOf (name: string) (pattern: string) =
        let expression = Regex.Escape(pattern).Replace(@"\*", ".*")
        Regex.IsMatch(name, expression, RegexOptions.Singleline ||| RegexOptions.CultureInvariant)

    /// Gives the choice that a command line makes.
    let ofOptions (options: ICommandLineOptions) =
        let patterns name =
            match options.TryGetOptionArgumentList name with
            | true, NonNull found -> List.ofArray found
            | _ -> []

        let wanted, unwanted = patterns only, patterns without

        fun name ->
            (wanted.IsEmpty || List.exists (isPartOf name) wanted)
            && not (List.exists (isPartOf name) unwanted)

    /// Tells the platform of the options.
    type Options() =
        interface IExtension with
            member _.Uid = "UniRep.Testing.TestFilter"
            member _.Version = "1.0"
            member _.DisplayName = "Filter of Expecto's tests"
            member _.Description = "Chooses tests by their names."
            member _.IsEnabledAsync() = Task.FromResult true

        interface ICommandLineOptionsProvider with
            member _.GetCommandLineOptions() =
                [|
                    CommandLineOption(
                        only,
                        "run only the tests with one of these texts in their names; * for any text",
                        ArgumentArity.OneOrMore,
                        false
                    )
                    CommandLineOption(
                        without,
                        "leave out the tests with one of these texts in their names; * for any text",
                        ArgumentArity.OneOrMore,
                        false
                    )
                |]

            member _.ValidateOptionArgumentsAsync(option, arguments) =
                if Array.exists String.IsNullOrWhiteSpace arguments then
                    ValidationResult.InvalidTask $"--{option.Name} needs a text"
                else
                    ValidationResult.ValidTask

            member _.ValidateCommandLineOptionsAsync _ = ValidationResult.ValidTask
