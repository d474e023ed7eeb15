using System.CommandLine;
using Microsoft.FSharp.Core;

namespace UniRep.Cli.Commands.Training;

using Setter = FSharpFunc<TrainingOptions, TrainingOptions>;

/// <summary>The hyper-parameters of the library as options of the command line: one option for each row of its table.</summary>
internal sealed class HyperparameterFlags(TrainingOptions defaults)
{
    private readonly Flag[] _flags =
    [
        .. HyperparameterModule.all.Select(parameter => Create(parameter, defaults)),
    ];

    private sealed record Flag(
        Hyperparameter Parameter,
        Option Option,
        Func<ParseResult, TrainingOptions, TrainingOptions> Apply
    );

    /// <summary>All options, in the order of the table.</summary>
    public IEnumerable<Option> All => _flags.Select(flag => flag.Option);

    /// <summary>The options that a resumed training can change.</summary>
    public IEnumerable<Option> OnResume =>
        _flags.Where(flag => flag.Parameter.ChangesOnResume).Select(flag => flag.Option);

    /// <summary>The names of the options of a group, for help.</summary>
    public static IEnumerable<string> Names(HyperparameterGroup group) =>
        HyperparameterModule.all.Where(row => row.Group.Equals(group)).Select(NameOf);

    /// <summary>The names of the options that a resumed training can change, for help.</summary>
    public static IEnumerable<string> NamesOnResume =>
        HyperparameterModule.all.Where(row => row.ChangesOnResume).Select(NameOf);

    /// <summary>The training options that the command line gives.</summary>
    public TrainingOptions Options(ParseResult parsed) => Change(parsed, defaults);

    /// <summary>Changes training options to what the command line gives; the others stay.</summary>
    public TrainingOptions Change(ParseResult parsed, TrainingOptions options) =>
        _flags.Aggregate(options, (changed, flag) => flag.Apply(parsed, changed));

    private static string NameOf(Hyperparameter parameter) =>
        $"--{parameter.Name.Replace(' ', '-')}";

    private static Flag Create(Hyperparameter parameter, TrainingOptions defaults)
    {
        var (name, description) = (NameOf(parameter), parameter.Description);
        return parameter.Value switch
        {
            HyperparameterValue.Whole { set: var set } when name == "--threads" => Threads(
                parameter,
                set
            ),
            HyperparameterValue.Whole whole => Given(
                parameter,
                Numbers.Whole(
                    name,
                    description,
                    whole.get.Invoke(defaults),
                    Numbers.From(whole.least, whole.most)
                ),
                whole.set
            ),
            HyperparameterValue.Number number => Given(
                parameter,
                Numbers.Real(
                    name,
                    description,
                    number.get.Invoke(defaults)?.Value,
                    new(
                        number.range.Least,
                        number.range.Most,
                        number.range.ExcludesLeast,
                        number.range.ExcludesMost
                    )
                ),
                number.set
            ),
            HyperparameterValue.Seed seed => Given(
                parameter,
                Numbers.Seed(name, description, seed.get.Invoke(defaults)),
                seed.set
            ),
            HyperparameterValue.Switch { set: var set } => Given(
                parameter,
                new Option<bool>(name) { Description = description },
                set
            ),
            HyperparameterValue.Name word => Given(
                parameter,
                SharedOptions.OneOf(
                    name,
                    description,
                    word.names.ToDictionary(value => value),
                    word.get.Invoke(defaults)
                ),
                word.set
            ),
            _ => throw new NotSupportedException($"{name} has a kind of value that is not known."),
        };
    }

    /// <summary>An option that changes training options where it is given.</summary>
    private static Flag Given<T>(
        Hyperparameter parameter,
        Option<T?> option,
        FSharpFunc<T, Setter> set
    ) =>
        new(
            parameter,
            option,
            (parsed, options) =>
                SharedOptions.IsGiven(parsed, option)
                    ? set.Invoke(parsed.GetValue(option)!).Invoke(options)
                    : options
        );

    /// <summary>
    /// The number of threads of this run: where it is not given, a resumed training has as many as this machine has cores.
    /// </summary>
    private static Flag Threads(Hyperparameter parameter, FSharpFunc<int, Setter> set)
    {
        var option = SharedOptions.Threads();
        return new(
            parameter,
            option,
            (parsed, options) =>
                set.Invoke(SharedOptions.ThreadsOf(parsed.GetValue(option))).Invoke(options)
        );
    }
}
